"""The interface to the runner: environment, log, outputs and summary file, signals."""
