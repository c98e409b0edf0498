-- Frame of a settlement: makes charges what they should have been.
--
-- ARGV[1]  the time in microseconds; empty for the server's
--
-- The parts of the counters stand in between, one after the other, numbered as in
-- acquire.lua. Returns the time as a big-endian 7-byte integer.

local now, slack
if ARGV[1] ~= '' then
  now = tonumber(ARGV[1])
  slack = 60000
else
  local time = redis.call('TIME')
  now = time[1] * 1000000 + time[2]
  slack = 0
end

-- [counters]

return struct.pack('>I7', now)
