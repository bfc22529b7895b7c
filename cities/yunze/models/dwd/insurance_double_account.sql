-- model: dwd.insurance_double_account
-- owner: RS
-- description: 一人两个社保号 | People with two insurance accounts
-- check: not_null citizen_id
-- grade: citizen_id 4; accounts 3; _row 1
select citizen_id, accounts, _row
from dwd.insurance
where accounts > 1
