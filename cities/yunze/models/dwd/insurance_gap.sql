-- model: dwd.insurance_gap
-- owner: RS
-- description: 参保记录缺月的人，退回人社局补报 | People whose months are not complete, to be sent again by the social security office
-- check: not_null citizen_id
-- grade: citizen_id 4; first_month 3; last_month 3; _row 1
select citizen_id, first_month, last_month, _row
from dwd.insurance
where not complete
