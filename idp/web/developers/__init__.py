"""The corner of portal teams: public pages made from the running configuration."""
