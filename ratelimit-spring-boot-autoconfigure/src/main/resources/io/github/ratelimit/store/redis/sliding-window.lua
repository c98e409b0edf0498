-- Sliding window: when each unit was admitted. The same arithmetic stands in
-- SlidingWindow.java; the log itself is kept in another way there.
--
-- State: a header of 40 bytes and a ring of entries of 8 bytes each, oldest first. Header:
-- time of the newest entry in microseconds (7 bytes), units admitted since the log began,
-- modulo 2^24 (3), largest quota it was asked for (4), entries there is room for (4), place
-- of the oldest (4), number of entries (4), how far back it is looked at (7) and when it
-- was last for as long (7). Entry: 45 bits of its time and 19 bits of the units admitted
-- before it; both are told from the header's, which are never further away. All bytes are
-- big-endian. Room doubles as it is needed, up to the quota. It expires when the newest
-- entry does not count any more.
--
-- A value that is no such state counts as none: one that has not the length its header
-- says, with a number out of its range, or more than 35 years ahead of the clock. So nothing
-- that is done here takes longer than the value is long.

-- [read]
-- KEYS[1]  the counter
  local at = now
  local newest = 0
  local total = 0
  local room = 0
  local tail = 0
  local count = 0
  local looked = 0
  local most = 0
  local looked_at = 0
  -- The header and the first 16 places. What is read and written is short, since strings
  -- are what costs most here; a call of Redis costs little.
  local head = redis.call('GETRANGE', KEYS[1], '0', '167')
  local length = #head
  if length == 168 then
    length = redis.call('STRLEN', KEYS[1])
  end
  if length >= 40 then
    newest, total, most, room, tail, count, looked, looked_at = struct.unpack('>I7I3I4I4I4I4I7I7', head)
    if length == 40 + room * 8 and (tail < room or tail == 0) and count <= room and most <= 500000 and looked > 0
      and looked <= 34560000000000 and looked_at <= newest and newest <= now + 1125899906842624 then
      if newest > at then
        at = newest
      end
    else
      newest, total, most, room, tail, count, looked, looked_at = 0, 0, 0, 0, 0, 0, 0, 0
    end
  end
  local entry, first

-- [quick]
-- ARGV[2]  7-byte integers: units per window, microseconds of the window, and units to
--          charge, 0 only asks
-- Mostly nothing has to be searched: the oldest entry or the next one is the first that
-- counts, and tells when a refused cost fits. Where they do not, the block begins here in
-- which the next two sections look for it. Functions cost more than what they would do.
  now = at
  local quota, window, cost = struct.unpack('>I7I7I7', ARGV[2])
  local live = count
  local used = 0
  local retry = 0
  local quick = looked <= window
  if count > 0 and newest > at - window then
    quick = quick and count > 1 and tail + 1 < room
    if quick then
      local entries = head
      local place = 41 + tail * 8
      if tail > 14 then
        entries = redis.call('GETRANGE', KEYS[1], string.format('%d', place - 1), string.format('%d', place + 14))
        place = 1
      end
      local hi, lo, next_hi, next_lo = struct.unpack('>I4I4I4I4', entries, place)
      local before = lo % 524288
      local next_before = next_lo % 524288
      local oldest = newest - at + window
      local age = (newest - hi * 8192 - (lo - before) / 524288) % 35184372088832
      local next_used = (total - next_before) % 524288
      if age < oldest then
        live = 0
        used = (total - before) % 524288
      else
        live = 1
        used = next_used
        quick = (newest - next_hi * 8192 - (next_lo - next_before) / 524288) % 35184372088832 < oldest
      end
      if cost > 0 and used + cost <= quota then
        -- What is charged has a place of its own
        quick = quick and at > newest and (count - live < room or room < quota)
      elseif cost > 0 and cost <= quota then
        quick = quick and live == 0 and next_used <= quota - cost
        retry = oldest - age
      end
    end
  end
  if not quick then

-- [search]
  local blocks = {}
  -- Age of an entry, as seen from the newest, and units admitted since before it.
  entry = function(i)
    local place = (tail + i) % room
    local hi, lo
    if place < 16 then
      hi, lo = struct.unpack('>I4I4', head, 41 + place * 8)
    else
      local within = place % 16
      local from = place - within
      local block = blocks[from]
      if not block then
        block = redis.call('GETRANGE', KEYS[1], string.format('%d', 40 + from * 8), string.format('%d', 40 + from * 8 + 127))
        blocks[from] = block
      end
      hi, lo = struct.unpack('>I4I4', block, 1 + within * 8)
    end
    local time = hi * 8192 + math.floor(lo / 524288)
    return (newest - time) % 35184372088832, (total - lo % 524288) % 524288
  end
  -- The first entry, from one on, that is younger than an age or has so few units since
  -- before it; its age and those units; and the age of the entry before it, if that is
  -- not before where the search began. In growing steps: what is looked for is mostly
  -- near.
  first = function(from, age, units)
    local low = from
    local high = count
    local place = from
    local step = 1
    local its_age, its_units, age_before
    while low < high do
      local age_there, units_there = entry(place)
      if age_there < age or units_there <= units then
        high = place
        its_age = age_there
        its_units = units_there
        step = 0
      else
        low = place + 1
        age_before = age_there
      end
      if step > 0 and low + step <= high then
        place = low + step - 1
        step = step * 2
      else
        step = 0
        place = math.floor((low + high) / 2)
      end
    end
    return low, its_age, its_units, age_before
  end

-- [acquire]
-- Figures: units used, time until the cost fits, and time until nothing is used.
    live = count
    used = 0
    retry = 0
    local _
    if count > 0 and newest > at - window then
      live, _, used = first(0, newest - at + window, -1)
      used = used or 0
      if cost > 0 and cost <= quota and used + cost > quota then
        local _, _, _, age = first(live, -1, quota - cost)
        retry = math.max(newest - age + window - at, 0)
      end
    end
  end
  local reset = 0
  if count > 0 and newest > at - window then
    reset = newest + window - at
  end
  if cost > 0 then
    fits = fits and used + cost <= quota
  end
  figure[1] = used
  figure[2] = retry
  figure[3] = reset

-- [charge]
  if cost > 0 then
    if at - looked_at > looked then
      looked = 0
      most = 0
    end
    if window >= looked then
      looked = window
      looked_at = at
    end
    if quota > most then
      most = quota
    end
    -- A longer window that was looked at lately is kept to, as far as 19 bits tell the
    -- units since then apart.
    local gone = live
    if looked > window and count > 0 then
      gone = 0
      if newest > at - looked then
        gone = first(0, newest - at + looked, -1)
      else
        gone = count
      end
      -- Before the last units of the largest quota nothing is decisive
      gone = math.max(gone, first(gone, -1, most - 1) - 1)
      gone = first(gone, -1, 524287 - cost)
    end
    local merged = at == newest and count > gone and entry(count - 1) == 0
    local left = count - gone
    local size = left + (merged and 0 or 1)
    local written = ''
    if not merged then
      local low = at % 8192
      written = struct.pack('>I4I4', (at - low) / 8192 % 4294967296, low * 524288 + total % 524288)
    end
    local ttl = string.format('%d', math.ceil(looked / 1000) + slack)
    if size > room then
      local old = ''
      if room >= quota then
        -- Entries of which all was given back are left behind
        local kept = {}
        for i = gone, count - 1 do
          local its_age, its_units = entry(i)
          local after = 0
          if i + 1 < count then
            local _, next_units = entry(i + 1)
            after = next_units
          end
          if its_units > after then
            local time = newest - its_age
            kept[#kept + 1] = struct.pack('>I4I4', math.floor(time / 8192) % 4294967296,
              time % 8192 * 524288 + (total - its_units) % 524288)
          end
        end
        old = table.concat(kept)
        size = #kept + (merged and 0 or 1)
      elseif left > 0 then
        local ring = redis.call('GETRANGE', KEYS[1], '40', '-1')
        local from = (tail + gone) % room
        old = string.sub(ring .. ring, from * 8 + 1, (from + left) * 8)
      end
      if room < quota then
        room = math.min(math.max(room * 2, 4), quota)
      elseif size > room then
        room = math.ceil(size * 1.25)
      end
      redis.call('SET', KEYS[1], struct.pack('>I7I3I4I4I4I4I7I7', at, (total + cost) % 16777216, most, room, 0, size, looked,
        looked_at)
        .. old .. written .. string.rep('\0', (room - size) * 8), 'PX', ttl)
    else
      local place = (tail + gone + size - 1) % room
      local header = struct.pack('>I7I3I4I4I4I4I7I7', at, (total + cost) % 16777216, most, room,
        (tail + gone) % room, size, looked, looked_at)
      if not merged then
        redis.call('SETRANGE', KEYS[1], string.format('%d', 40 + place * 8), written)
      end
      redis.call('SETRANGE', KEYS[1], '0', header)
      redis.call('PEXPIRE', KEYS[1], ttl)
    end
  end

-- [settle]
-- ARGV[2]  when it was charged
-- ARGV[3]  units to add, which may be negative
  local age = newest - tonumber(ARGV[2])
  local i = count
  if count > 0 and age >= 0 then
    i = first(0, age + 1, -1)
  end
  local found = i < count and entry(i) == age
  if found and count - 1 - i > 1024 then
    -- Too many to rewrite: what is more is charged to the newest, nothing is given back
    i = count - 1
    found = tonumber(ARGV[3]) > 0
  end
  if found then
    local _, since = entry(i)
    local after = 0
    if i + 1 < count then
      _, after = entry(i + 1)
    end
    local _, all = entry(0)
    local change = math.min(math.max(tonumber(ARGV[3]), after - since), 524287 - all)
    if change ~= 0 then
      local later = {}
      for k = i + 1, count - 1 do
        local its_age, its_since = entry(k)
        local time = newest - its_age
        later[#later + 1] = struct.pack('>I4I4', math.floor(time / 8192) % 4294967296,
          time % 8192 * 524288 + (total - its_since + change) % 524288)
      end
      local place = (tail + i + 1) % room
      local before_end = math.min(#later, room - place)
      if before_end > 0 then
        redis.call('SETRANGE', KEYS[1], string.format('%d', 40 + place * 8), table.concat(later, '', 1, before_end))
      end
      if #later > before_end then
        redis.call('SETRANGE', KEYS[1], '40', table.concat(later, '', before_end + 1))
      end
      -- Entries at the end of which all was given back make room for others
      local size = first(i + 1, -1, 0)
      if size == i + 1 then
        size = math.min(first(0, -1, -change), i + 1)
      end
      redis.call('SETRANGE', KEYS[1], '7', struct.pack('>I3I4I4I4I4', (total + change) % 16777216, most, room, tail, size))
    end
  end
