-- Frame of a decision: charges several counters, or none of them.
--
-- ARGV[1]  the time in microseconds; empty for the server's
-- ARGV[n]  the last is 'ask' to charge nothing in any case (optional)
--
-- The parts of the counters stand in between, one inside the other. Each reads its counter
-- (KEYS[1], ARGV[2] and on, numbered anew when it is put here), sets fits to false if it
-- refuses, and notes what it saw as figure[1] and on. What charges it follows when all have
-- read. All numbers are whole and below 2^53, so doubles hold them exactly.
--
-- A state that is later than the clock says moves the time on, for what follows and for
-- what is returned: so what is charged can be found by it.
--
-- Returns the time and then the figures of each counter, as big-endian 7-byte integers. A
-- part that cannot decide at this time returns the time alone, and nothing is charged.

-- [time]

local fits = ARGV[#ARGV] ~= 'ask'

-- [counters]
