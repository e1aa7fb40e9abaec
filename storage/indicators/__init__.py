"""Official and derived indicators over all reports that count: distributions, rankings, and the rows behind them."""
