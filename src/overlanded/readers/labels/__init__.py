"""What stands on labels: text and codes of a picture → marks that name a piece of equipment.

``images`` opens pictures within bounds, ``codes`` reads QR and bar codes, ``marks`` finds values by
the word before them and by their check digits, ``payloads`` does so in codes, ``regions`` tells the
labels of one picture apart. All but ``images`` and ``codes`` are functions over text and boxes.
"""
