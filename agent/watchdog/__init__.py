"""What watches the process: hung engines, wrong results, a late event loop."""
