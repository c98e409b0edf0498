-- A sliding window as it is mostly written: one member of a sorted set for each unit.
--
-- KEYS[1]  the counter
-- ARGV[1]  the time in microseconds
-- ARGV[2]  units per window
-- ARGV[3]  microseconds of the window
-- ARGV[4]  units to charge
--
-- Returns whether the request is allowed, and the units left.

local quota = tonumber(ARGV[2])
local window = tonumber(ARGV[3])
local cost = tonumber(ARGV[4])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', tonumber(ARGV[1]) - window))
local used = redis.call('ZCARD', KEYS[1])
if used + cost > quota then
  return {0, quota - used}
end
for i = 1, cost do
  redis.call('ZADD', KEYS[1], ARGV[1], ARGV[1] .. ':' .. i)
end
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', math.ceil(window / 1000) + 60000))
return {1, quota - used - cost}
