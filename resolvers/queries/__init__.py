"""What is read: links, batch functions and lists, one file per noun."""
