"""The composition of the cloud plane: which Terraform stacks there are and what each owns."""
