"""What reports say of the year of sales that was computed by hand (see golden.py), as several tests ask for it."""

BY_MONTH = """
period        | deals |   nominal | weighted |      won |     p10 |      p50 |      p90
Jan 2025      |     0 |      0.00 |     0.00 | 10000.00 | 10000.00 | 10000.00 | 10000.00
Feb 2025      |     0 |      0.00 |     0.00 |  4218.38 | 4218.38 |  4218.38 |  4218.38
Mar 2025      |     0 |      0.00 |     0.00 |   944.99 |  944.99 |   944.99 |   944.99
Apr 2025      |     2 |   6800.00 |  4150.00 |     0.00 |    0.00 |  3000.00 |  6800.00
May 2025      |     0 |      0.00 |     0.00 |     0.00 |    0.00 |     0.00 |     0.00
Jun 2025      |     1 |   1111.10 |   555.55 |     0.00 |    0.00 |     0.00 |  1111.10
Jul 2025      |     1 |  20000.00 |  2000.00 |     0.00 |    0.00 |     0.00 |     0.00
Aug 2025      |     0 |      0.00 |     0.00 |     0.00 |    0.00 |     0.00 |     0.00
Sept 2025     |     0 |      0.00 |     0.00 |  1600.00 | 1600.00 |  1600.00 |  1600.00
Oct 2025      |     1 |    999.99 |   333.30 |     0.00 |    0.00 |     0.00 |   999.99
Nov 2025      |     2 |    261.97 |   130.98 |     0.00 |    0.00 |     0.01 |   261.97
Dec 2025      |     1 |   1050.53 |   787.89 |     0.00 |    0.00 |  1050.53 |  1050.53
No Close Date |     2 | 100300.00 |  5015.00 |     0.00 |    0.00 |     0.00 |     0.00
"""

BY_QUARTER = """
period        |   nominal | weighted |      won
Q1 2025       |      0.00 |     0.00 | 15163.37
Q2 2025       |   7911.10 |  4705.55 |     0.00
Q3 2025       |  20000.00 |  2000.00 |  1600.00
Q4 2025       |   2312.49 |  1252.17 |     0.00
No Close Date | 100300.00 |  5015.00 |     0.00
Total         | 130523.59 | 12972.72 | 16763.37
"""

BY_GROUP = {
	"class_id": """
group  |   nominal | weighted |      won
Gold A | 126112.48 | 10152.17 | 15818.38
Gold B |   4411.11 |  2820.55 |   944.99
""",
	"opportunity_owner": """
group     |   nominal | weighted |      won
Gold.Anna | 124061.96 |  9030.98 | 14218.38
Gold.Ben  |   3161.62 |  1676.74 |  2544.99
Not Set   |   3300.01 |  2265.00 |     0.00
""",
	"stage": """
group          |   nominal | weighted |      won
Inquiry        | 100300.00 |  5015.00 |     0.00
First Meeting  |  20000.00 |  2000.00 |     0.00
Needs Analysis |   1000.00 |   333.30 |     0.00
Proposal       |   5173.06 |  2586.53 |     0.00
Negotiation    |   4050.53 |  3037.89 |     0.00
Won            |      0.00 |     0.00 | 16763.37
""",
	"forecast_category": """
group     |   nominal | weighted |      won
Best Case |   5173.06 |  2586.53 |     0.00
Closed    |      0.00 |     0.00 | 16763.37
Commit    |   4050.53 |  3037.89 |     0.00
Pipeline  | 121300.00 |  7348.30 |     0.00
""",
	"item_group": """
group      |   nominal | weighted |      won
Gold Bikes |   7144.27 |  4072.14 | 15734.38
Gold Parts |   2369.32 |  1562.28 |   944.99
Not Set    | 121010.00 |  7338.30 |    84.00
""",
	"party": """
group                        |   nominal | weighted |      won
Gold Kunde GmbH              | 130261.63 | 12841.74 | 12544.99
O'Neill & Söhne; "5 %" – GmbH |    261.96 |   130.98 |  4218.38
""",
}

CLOSED_BY = {
	"closing_reason": """
group             | won | lost | won_amount | lost_amount
Best Price        |   2 |    0 |    5163.37 |        0.00
Best Product      |   2 |    0 |   11600.00 |        0.00
Competitor Chosen |   0 |    1 |       0.00 |     2000.00
No Budget         |   0 |    1 |       0.00 |     7500.00
Too Expensive     |   0 |    1 |       0.00 |     5000.00
Total             |   4 |    3 |   16763.37 |    14500.00
""",
	"competitor": """
group      | won | lost | won_amount | lost_amount
Gold Rival |   0 |    2 |       0.00 |     7000.00
Not Set    |   4 |    1 |   16763.37 |     7500.00
Total      |   4 |    3 |   16763.37 |    14500.00
""",
	"class_id": """
group  | won | lost | won_amount | lost_amount
Gold A |   3 |    2 |   15818.38 |     7000.00
Gold B |   1 |    1 |     944.99 |     7500.00
Total  |   4 |    3 |   16763.37 |    14500.00
""",
	"opportunity_owner": """
group     | won | lost | won_amount | lost_amount
Gold.Anna |   2 |    1 |   14218.38 |     5000.00
Gold.Ben  |   2 |    1 |    2544.99 |     2000.00
Not Set   |   0 |    1 |       0.00 |     7500.00
Total     |   4 |    3 |   16763.37 |    14500.00
""",
	"stage_before": """
group          | won | lost | won_amount | lost_amount
First Meeting  |   0 |    1 |       0.00 |     7500.00
Needs Analysis |   0 |    1 |       0.00 |     5000.00
Proposal       |   1 |    0 |    1600.00 |        0.00
Negotiation    |   3 |    1 |   15163.37 |     2000.00
Total          |   4 |    3 |   16763.37 |    14500.00
""",
	"discount": """
group         | won | lost | won_amount | lost_amount
No Discount   |   1 |    1 |   10000.00 |     2000.00
up to 10 %    |   1 |    0 |     944.99 |        0.00
up to 20 %    |   1 |    0 |    1600.00 |        0.00
above 20 %    |   1 |    0 |    4218.38 |        0.00
Without Lines |   0 |    2 |       0.00 |    12500.00
Total         |   4 |    3 |   16763.37 |    14500.00
""",
	"size": """
won | lost | won_amount | lost_amount
  1 |    0 |     944.99 |        0.00
  2 |    1 |    5818.38 |     2000.00
  0 |    2 |       0.00 |    12500.00
  1 |    0 |   10000.00 |        0.00
  4 |    3 |   16763.37 |    14500.00
""",
}

FUNNEL = """
stage          | reached | skipped | advanced | undecided | conversion | waiting | lost | back
Inquiry        |      17 |       3 |       15 |         2 |     100.00 |       2 |    0 |    0
First Meeting  |      15 |      11 |       13 |         1 |      92.9  |       1 |    1 |    0
Needs Analysis |      13 |      10 |       10 |         2 |      90.9  |       2 |    1 |    1
Proposal       |      10 |       3 |        7 |         3 |     100.00 |       3 |    0 |    0
Negotiation    |       7 |       1 |        4 |         2 |      80.00 |       2 |    1 |    0
Won            |       4 |       0 |        0 |         0 |       None |       0 |    0 |    0
"""

DEMAND = """
item | period  | needed_by  | order_by   | nominal | weighted | on_hand | net_need
BIKE | May 2025 | 2025-05-05 | 2025-04-05 |       6 |      3.5 |       2 |      0.5
BIKE | Jul 2025 | 2025-07-30 | 2025-06-30 |       1 |      0.5 |       2 |      0.5
BIKE | Dec 2025 | 2025-12-15 | 2025-11-15 |       3 |      1.5 |       2 |      1.5
BOX  | Apr 2025 | 2025-04-15 | 2025-04-15 |       4 |        3 |       5 |        0
BOX  | Dec 2025 | 2025-12-31 | 2025-12-31 |      10 |      7.5 |       5 |      5.5
BOX  | No Date | None       | None       |       1 |     0.05 |       5 |     0.05
SCREW | Nov 2025 | 2025-11-15 | 2025-11-15 |     700 |      350 |    None |      350
"""
