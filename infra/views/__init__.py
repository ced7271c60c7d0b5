"""What each stack is built from: views of the catalog as plain data, which start no jsii."""
