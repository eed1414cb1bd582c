"""What happened: events of a closed catalogue, appended and never changed."""
