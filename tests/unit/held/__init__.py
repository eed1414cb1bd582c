"""What stays equal while code moves: addresses, statements, pages, commands, stored formats."""
