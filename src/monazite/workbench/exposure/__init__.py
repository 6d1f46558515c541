"""Who depends on whom: networks, indicators, goods, bills of materials and what is at stake behind them."""
