"""Track records: how well the judgements of experts held when it became known what was true."""
