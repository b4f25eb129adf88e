"""What families are told of a pair once two people have decided: what it rests on, and whether it is still so.

`gate` asks right before a message leaves, `corrections` takes back what no longer holds, `family_view` is what a
family's own page may say, `after_wave` tells who wished it that nobody was found, `alarms` are the two numbers that
must be 0. Who is told, and in which words, is decided at the desk (`matching.review`).
"""
