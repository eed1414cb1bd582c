"""The population register's REST wrapper, as provinces' integration platforms offer it."""
