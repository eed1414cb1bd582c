-- The load of one row: wrk -s load.lua URL -- DATA.lua
--
-- DATA.lua returns a table: mode, expect (the status of success), and what its mode needs.
--   fixed:   requests, sent in turn
--   once:    heads, each the body of a request that works once
--   proved:  heads, each the proof (RFC 9449) and the body of a request that works once
--   refresh: heads, each used once; the answer brings the next head of its family
--   code:    authorize (one request for each session) and token; each code is redeemed as soon as it is there
--   strict:  requests (one for each session, the reference is appended to the path), token, and heads, each what is
--            pushed, the proof at the token endpoint and its body; a flow is a push, an authorization and a redemption
--   steps:   requests (the password) and token (the code); heads, each the number and the address of a person who
--            signs in once; the code is sent with the page that asks for it
-- A wrong answer is counted, and one wrong answer makes the row invalid.

local data, turn, verified
local ready, ready_steps = {}, {}
wrong, flows, status_of_wrong = 0, 0, 0

local threads = {}

function setup(thread)
  table.insert(threads, thread)
end

local function formatted(one)
  return wrk.format(one.method, one.path, one.headers, one.body)
end

local function next_of(list)
  turn = turn % #list + 1
  return list[turn]
end

local function with_text(one, text)
  return wrk.format(one.method, one.path, one.headers, one.body .. text)
end

local function count(status)
  if status ~= data.expect then wrong, status_of_wrong = wrong + 1, status end
end

local modes = {}

function modes.fixed()
  return next_of(data.prepared)
end

function modes.once()
  turn = turn + 1
  local body = data.heads[turn]
  if body == nil then wrong = wrong + 1 end
  return with_text(data.token, body or "none")
end

local function proved(one, proof, body)
  local headers = { DPoP = proof }
  for name, value in pairs(one.headers) do headers[name] = value end
  return wrk.format(one.method, one.path, headers, body)
end

function modes.proved()
  turn = turn + 1
  if data.heads[turn] == nil then wrong = wrong + 1 end
  local proof, body = string.match(data.heads[turn] or "none none", "^(%S+) (%S+)$")
  return proved(data.token, proof, body)
end

local begun, sent_by = {}, 0

function modes.strict()
  local next_step = table.remove(ready_steps, 1)
  if next_step ~= nil then return next_step end
  turn = turn + 1
  if data.heads[turn] == nil then wrong = wrong + 1 end
  local pushed, proof, body = string.match(data.heads[turn] or "none none none", "^(%S+) (%S+) (%S+)$")
  table.insert(begun, { proof = proof, body = body })
  return wrk.format("POST", "/par", { ["Content-Type"] = "application/x-www-form-urlencoded" }, pushed)
end

function modes.refresh()
  local head = table.remove(ready, 1)
  if head == nil then wrong = wrong + 1 end
  return with_text(data.token, head or "none")
end

function modes.code()
  local code = table.remove(ready, 1)
  if code ~= nil then return with_text(data.token, code) end
  return next_of(data.prepared)
end

local called_for = {}

function modes.steps()
  local next_step = table.remove(called_for, 1)
  if next_step ~= nil then return next_step end
  turn = turn + 1
  local first, headers = data.requests[1], {}
  local number, address = string.match(data.heads[turn] or "none none", "^(%S+) (%S+)$")
  if data.heads[turn] == nil then wrong = wrong + 1 end
  for name, value in pairs(first.headers) do headers[name] = value end
  headers["X-Forwarded-For"] = address
  return wrk.format(first.method, first.path, headers, first.body .. number)
end

local answers = {}

function answers.fixed(status)
  count(status)
end

answers.once = answers.fixed
answers.proved = answers.fixed

function answers.strict(status, headers, body)
  local reference = string.match(body, '"request_uri":"([^"]+)"')
  local code = string.match(headers["Location"] or headers["location"] or "", "[?&]code=([^&]+)")
  if reference ~= nil then
    sent_by = sent_by % #data.requests + 1
    local one = data.requests[sent_by]
    table.insert(ready_steps, wrk.format(one.method, one.path .. reference, one.headers))
  elseif code ~= nil then
    -- Whichever push a code came of: all of them are alike.
    local flow = table.remove(begun, 1)
    table.insert(ready_steps, proved(data.token, flow.proof, flow.body .. code))
  else
    count(status)
    flows = flows + 1
  end
end

function answers.refresh(status, _, body)
  count(status)
  local head = string.match(body, '"refresh_token":"([^"]+)"')
  if head ~= nil then table.insert(ready, head) end
end

function answers.code(status, headers)
  local code = string.match(headers["Location"] or headers["location"] or "", "[?&]code=([^&]+)")
  if code ~= nil then
    table.insert(ready, code)
  else
    count(status)
    flows = flows + 1
  end
end

function answers.steps(status, headers, body)
  local location, token = headers["Location"] or headers["location"] or "", data.token
  if status == 200 then
    local path = string.gsub(string.match(body, ' action="([^"]+)"') or "/", "&amp;", "&")
    local field = string.match(body, 'name="form" value="([^"]*)"') or ""
    table.insert(called_for, wrk.format(token.method, path, token.headers, token.body .. field))
  elseif string.find(location, "/sign-in/second", 1, true) then
    table.insert(called_for, wrk.format("GET", location, token.headers))
  else
    count(string.find(location, "/account$") and status or 0)
    flows = flows + 1
  end
end

function init(args)
  data = dofile(args[1])
  data.prepared = {}
  for _, one in ipairs(data.requests or {}) do table.insert(data.prepared, formatted(one)) end
  for _, head in ipairs(data.heads or {}) do table.insert(ready, head) end
  turn = 0
  request = function()
    -- wrk asks once before it begins, to see what a request looks like, and sends that one to nobody.
    if not verified then
      verified = true
      return formatted(data.requests and data.requests[1] or { method = "GET", path = "/" })
    end
    return modes[data.mode]()
  end
  -- Reading each answer costs the load generator as much as sending it: rows without a next step do without.
  if data.expect ~= 200 or data.mode ~= "fixed" then response = answers[data.mode] end
end

function done(summary, latency)
  local wrong_answers, status, whole = summary.errors.status, 0, 0
  for _, thread in ipairs(threads) do
    wrong_answers = math.max(wrong_answers, thread:get("wrong"))
    status = math.max(status, thread:get("status_of_wrong"))
    whole = whole + thread:get("flows")
  end
  local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format(
    'RESULT {"requests": %d, "flows": %d, "microseconds": %d, "p50": %d, "p99": %d, "wrong": %d, "status": %d, "lost": %d}\n',
    summary.requests, whole, summary.duration, latency:percentile(50), latency:percentile(99), wrong_answers, status,
    lost))
end
