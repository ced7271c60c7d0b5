"""What stands in for operators that do not run: it sets what they would."""
