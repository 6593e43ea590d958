"""Projects as a table: taken away, edited in a spreadsheet, and brought back without loss.

One row for each project, budget line and cash year. `columns` says what a table has, `known` what the version states,
`plan` compares the two without writing anything, `keeping` stores the plan for the person who decides, `taking` does it.
"""
