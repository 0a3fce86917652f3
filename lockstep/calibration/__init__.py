"""How often does each null reject accounts that know nothing of each other?"""
