"""A fictional population, and what different hands write down about it: truth to measure linkage on.

`scripts` writes a word in a script by rules of its own (none of `aigaq.names`, which is what is measured),
`lexicon` draws name and place words from ../shared/data, `people` makes families, `writing` makes records.
"""
