"""What the answers to a consultation come to: figures of each question and round, for those who may read answers.

Here the answers as they stand in the database meet the rules of ``aggregation``. Every figure carries the name of its
rule and how many answers went in, and what cannot be reckoned is said in so many words: a figure that is not there
never looks like one that is. Each round counts who answered in it; who stayed away is counted beside it, since two
rounds of different people cannot be compared as if they were the same.

Nobody's name is in it. Rows are contributors, and what a page calls them is decided where all labels are.
"""
