-- Time of both frames: that of the first argument, or the server's where it is empty; and
-- how many milliseconds longer keys live.

local now, slack
if ARGV[1] == '' then
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
  slack = 0
else
  -- The caller's clock runs at its own speed, the server's expiry does not.
  now = tonumber(ARGV[1])
  slack = 60000
end
