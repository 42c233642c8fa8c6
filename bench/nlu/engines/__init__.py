"""The engines that are compared, each a module with one class."""
