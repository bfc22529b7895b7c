-- model: dwd.benefit_account
-- owner: RS
-- description: 每人收款账户：最后发的卡说了算，须正常且账户在本人名下 | The account benefits are paid into: the card issued last speaks, if it is in use and the account is the person's own
-- check: not_null citizen_id
-- check: unique citizen_id
-- grade: citizen_id 4; name 3; usable 3; account 4; bank 2; _row 1
with numbered as (
    select
        *,
        row_number() over (
            partition by citizen_id order by issued_on desc nulls last, card_no desc
        ) as nth
    from dwd.card
)
select
    citizen_id,
    name,
    coalesce(in_use, false) and own_account as usable,
    case when in_use and own_account then account end as account,
    case when in_use and own_account then bank end as bank,
    _row
from numbered
where nth = 1
