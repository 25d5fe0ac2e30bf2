"""The two steps of a budget as Redis runs them: each whole or not at all, whoever else asks at the same time.

Keys: the window (a hash), our calls on their way and those spent of our own rate (sorted by time).
The window's fields, times in milliseconds of Redis's clock:

``ends``, ``least``, ``quota``
    when the present window turns, the least number of calls it was said to leave, how many a whole one has
``closed``, ``strikes``
    until when nothing may go, how often in a row it was closed by a refusal that named no time
``silent``
    the other side serves without ever naming a quota: there is nothing to keep to
"""

_NOW = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local said = redis.call('HMGET', KEYS[1], 'ends', 'least', 'quota', 'closed', 'strikes', 'silent')
local ends, least, quota = tonumber(said[1]) or 0, tonumber(said[2]) or 0, tonumber(said[3]) or 0
local closed, strikes, silent = tonumber(said[4]) or 0, tonumber(said[5]) or 0, said[6]
local KEEP = 7200000
"""

RESERVE = (
    _NOW
    + """
local calls, probe, on_its_way = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local rate, period, spare = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
local kept = math.ceil(quota * spare / 100)  -- what of a whole window is left to others
local ASKING, ASK_AGAIN = 5000, 500

if closed > now then return closed - now end

if rate > 0 then
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - period)
  local spent = redis.call('ZCARD', KEYS[3])
  if spent > 0 and spent + calls > rate then
    local last = math.min(spent, spent + calls - rate) - 1
    return redis.call('ZRANGE', KEYS[3], last, last, 'WITHSCORES')[2] + period - now + 1
  end
end

redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - on_its_way)
if ends > now and redis.call('ZCARD', KEYS[2]) + calls > least - kept then return ends - now end

local unknown = ends <= now and not (silent and quota == 0)
if unknown or strikes > 0 then
  -- somebody must ask, however many calls it takes: the first is never sent away
  local asking = redis.call('ZCOUNT', KEYS[2], now - ASKING, '+inf')
  local room = (strikes > 0 and probe or math.max(probe, quota / 10)) * (100 - spare) / 100
  if kept > 0 then room = math.min(room, quota - kept) end
  if asking > 0 and asking + calls > room then return ASK_AGAIN end
end

local serial = redis.call('HINCRBY', KEYS[1], 'serial', calls)
for call = serial - calls + 1, serial do
  redis.call('ZADD', KEYS[2], now, call)
  if rate > 0 then redis.call('ZADD', KEYS[3], now, call) end
end
redis.call('PEXPIRE', KEYS[1], KEEP)
redis.call('PEXPIRE', KEYS[2], on_its_way)
if rate > 0 then redis.call('PEXPIRE', KEYS[3], period) end
return 0
"""
)

OBSERVE = (
    _NOW
    + """
local q, left, reset, whole = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]) or 30000
local served, wait = tonumber(ARGV[5]), tonumber(ARGV[6])
local longest, HOUR = tonumber(ARGV[7]), 3600000

-- one answer, one call less on its way; the newest, so that a call whose answer is lost grows old and is forgotten
redis.call('ZPOPMAX', KEYS[2])

if left and reset then
  local turn = now + reset
  if ends == 0 or (turn > ends + whole / 2 and now >= ends - whole / 30) then
    ends, least = turn, left  -- the first answer of a newer window
  elseif turn >= ends - whole / 2 then
    ends, least = math.min(ends, turn), math.min(least, left)
  end  -- else a late answer of a window that is over: it says nothing about this one
  redis.call('HSET', KEYS[1], 'ends', ends, 'least', least, 'quota', q or quota)
elseif served == 1 and quota == 0 then
  redis.call('HSET', KEYS[1], 'silent', 1)
end

if served == -1 then
  if wait and wait > 0 then
    closed = math.max(closed, now + math.min(wait, HOUR))
  elseif closed <= now then  -- calls already on their way when it closed are no further strikes
    strikes = strikes + 1
    closed = now + math.min(longest, 1000 * 2 ^ (strikes - 1))
  end
  redis.call('HSET', KEYS[1], 'closed', closed, 'strikes', strikes)
elseif served == 1 and closed <= now and strikes > 0 then
  redis.call('HSET', KEYS[1], 'strikes', 0)
end
redis.call('PEXPIRE', KEYS[1], KEEP)
return 1
"""
)
