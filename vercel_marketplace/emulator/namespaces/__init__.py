"""The namespaces of an installation, such as `emulator.invoices`: one class each."""
