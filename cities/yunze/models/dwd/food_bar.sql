-- model: dwd.food_bar
-- owner: FG
-- description: 限制从事食品生产经营且未到期的企业；期限看不清则到期日未知 | Companies barred from food business today; where the end cannot be read it is unknown
-- check: not_null uscc
-- check: unique uscc
-- grade: uscc 1; until 1; _row 1
with numbered as (
    select
        *,
        row_number() over (
            partition by uscc order by valid_until desc nulls first, document_no
        ) as nth
    from dwd.published_decision
    where punishment = '4'
        and contains(content, '食品')
        and coalesce(valid_until >= run_date(), true)
)
select uscc, valid_until as until, _row
from numbered
where nth = 1
