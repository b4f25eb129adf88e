"""An invented wave, to try everything with: no person in it exists, no number in it is anybody's."""
