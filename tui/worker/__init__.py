"""The run behind the screen: training in short bursts, and long work beside the event loop."""
