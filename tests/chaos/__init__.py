"""What may go wrong, on purpose: `python -m tests.chaos`. docs/chaos.md tells what each scenario does and proves."""
