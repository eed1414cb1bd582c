"""What people see and decide of their own account; accounts of one person that become one."""
