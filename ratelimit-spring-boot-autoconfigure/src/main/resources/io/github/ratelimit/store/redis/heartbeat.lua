-- Shows that an instance of the application is there, and counts those that are.
--
-- KEYS[1]  the instances, a sorted set by when each showed itself last, in milliseconds
-- ARGV[1]  the instance
-- ARGV[2]  milliseconds after which one that did not show itself is gone
--
-- Returns how many there are, this one included, as a big-endian 7-byte integer.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
-- A clock that was set back would keep those who are gone
redis.call('ZREMRANGEBYSCORE', KEYS[1], now + ARGV[2], '+inf')
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return struct.pack('>I7', redis.call('ZCARD', KEYS[1]))
