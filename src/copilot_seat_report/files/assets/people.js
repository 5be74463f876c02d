// The people of a report: who matches a view, in what order, at what cost, and as what text.
// This file does not use the page, so that tests can run it without a browser. Filtering, searching
// and sorting work on columns and take milliseconds for a hundred thousand people.
"use strict";
(() => {
  const DAY = 86400;
  // In the order in which readers look for them.
  const STATUS_ORDER = ["no-activity", "inactive", "new", "active"];
  const [, INACTIVE, NEW, ACTIVE] = STATUS_ORDER.keys();
  const STATUSES = ["idle", "active", "inactive", "no-activity", "new", "other"];
  // These depend on the number of days; the index of each is its bit.
  const FLAGS_BY_DAYS = ["settling", "check-telemetry", "active-in-metrics"];
  const [SETTLING, CHECK_TELEMETRY, IN_METRICS] = FLAGS_BY_DAYS.map((_, place) => 1 << place);
  // Filters with only the value `yes`, and the mark of the people that each shows.
  const MARKS = {
    leaving: "leaving",
    "barely-used": "barely-used",
    leavers: "has-left",
    "active-there": "active-there",
  };
  const collator = new Intl.Collator("en", { numeric: true });
  const unique = (texts) => [...new Set(texts)];
  // Case and accents do not matter.
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  // The value of a row in a column, which has its distinct values and each row's index in them.
  const valueAt = (column, row) => column.values[column.codes[row]];
  const teamsOf = (grants) => unique(grants.map(([, team]) => team).filter(Boolean));
  const organizationsOf = (grants) =>
    unique(grants.map(([organization]) => organization).filter(Boolean));

  // The rank of each value for sorting; equal texts have the same rank.
  const ranked = (texts, compare) => {
    const order = [...texts.keys()].sort((a, b) => compare(texts[a], texts[b]));
    const rank = new Float64Array(texts.length);
    let place = -1;
    order.forEach((index, position) => {
      if (!position || compare(texts[order[position - 1]], texts[index])) place += 1;
      rank[index] = place;
    });
    return rank;
  };
  const byText = (column, text) => () => {
    const rank = ranked(column.values.map(text), collator.compare);
    return column.codes.map((code) => rank[code]);
  };
  const byTime = (column) => () => column.map((before) => (before === null ? -Infinity : -before));
  const byNumber = (column) => () => column.codes.map((code) => column.values[code] ?? -Infinity);

  // CSV as in RFC 4180, without cells that a spreadsheet would run as formulas.
  const cell = (value) => {
    const text =
      typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };

  // A view is the content of the page's address: filters by name, each a list of values of which any
  // may match; `search`; `sort`, a column's name with - to reverse it; `whatIf`, days.
  const viewOf = (address) => {
    const view = { filters: {}, search: "", sort: "", whatIf: null };
    const filters = new Map(); // a Map, in which names such as `constructor` have no meaning
    for (const [name, value] of new URLSearchParams(address.replace(/^#/, "")))
      if (name === "sort") view.sort = value;
      else if (name === "what-if" && (!value || /^[1-9]\d{0,3}$/.test(value)))
        view.whatIf = value ? Number(value) : null;
      // An unknown filter is kept too: it matches nobody.
      else filters.set(name, unique([...(filters.get(name) ?? []), value]));
    // A single search goes into the page's field; several become a filter.
    const searches = (filters.get("search") ?? []).filter(Boolean);
    filters.delete("search");
    if (searches.length < 2) view.search = searches.join();
    else filters.set("search", searches);
    return { ...view, filters: Object.fromEntries(filters) };
  };
  const addressOf = ({ filters, search, sort, whatIf }) => {
    const parameters = new URLSearchParams();
    for (const [name, values] of Object.entries(filters))
      for (const value of values) parameters.append(name, value);
    if (search) parameters.set("search", search);
    if (sort) parameters.set("sort", sort);
    if (whatIf !== null) parameters.set("what-if", whatIf);
    // Without a filter, everyone is shown; an empty address is the page's opening view.
    if (!parameters.size || !(Object.keys(filters).length || search)) parameters.set("status", "");
    return `#${parameters}`;
  };

  // `data` are the page's columns; a row is a person's index in them. Times are seconds before the
  // report's time, or null.
  const peopleOf = (data) => {
    const { report, logins, states, editors, grants, plans, changes, more } = data;
    const ages = { values: report.ages, codes: data.ages };
    // Texts for people: labels of statuses and flags, and texts for an empty name.
    const { words, rules } = report;
    const editorText = ([editor, version]) => [editor || words.noEditor, version].join(" ").trim();
    const foldedLogins = logins.map(folded);
    const text = (value) =>
      value === null ? "" : Array.isArray(value) ? value.join(" ") : `${value}`;
    const searchable = [
      [editors, editorText],
      [grants, (value) => value.flat().join(" ")],
      [plans, ([plan]) => plan],
      ...more.map(({ column }) => [column, text]),
    ].map(([column, write]) => ({
      codes: column.codes,
      texts: column.values.map((value) => folded(write(value))),
    }));

    const iso = (before) =>
      before === null
        ? ""
        : `${new Date((report.time - before) * 1000).toISOString().slice(0, 19)}Z`;

    // What if: each person judged with another number of days ----------------------------------

    // With pseudonyms, times are days, and the number of days passed is more precise.
    const age = (row) =>
      report.anonymized && data.days[row] !== null ? data.days[row] * DAY + 1 : data.active[row];
    const marked = (mark) => states.values.map(([, , , , marks]) => marks.includes(mark));
    const [exempt, leaving, remembered] = ["exempt", "leaving", "remembered"].map(marked);
    const judge = (days) => {
      const limit = days * DAY;
      const status = new Uint8Array(logins.length);
      const idle = new Uint8Array(logins.length);
      const askFirst = new Uint8Array(logins.length);
      const flags = new Uint8Array(logins.length);
      for (let row = 0; row < logins.length; row += 1) {
        const code = states.codes[row];
        const used = age(row);
        const isNew = data.granted[row] <= rules.newSeatDays * DAY;
        // The number of days does not decide this, and with pseudonyms the grant's day is too rough.
        if (used === null) status[row] = reported.status[row];
        else if (used <= limit) status[row] = ACTIVE;
        else status[row] = remembered[code] && isNew ? NEW : INACTIVE;
        if (status[row] > INACTIVE) continue;
        const seen = data.metrics[row];
        const signedIn = data.signedIn[row];
        if (used !== null && used < limit + DAY) flags[row] |= SETTLING;
        if (signedIn !== null && signedIn <= limit && (used === null || used - signedIn > DAY))
          flags[row] |= CHECK_TELEMETRY;
        if (seen !== null && seen <= limit) flags[row] |= IN_METRICS;
        idle[row] = !exempt[code] && !leaving[code] && !(flags[row] & IN_METRICS);
        askFirst[row] = idle[row] && flags[row] & (SETTLING | CHECK_TELEMETRY);
      }
      return { status, idle, askFirst, flags };
    };
    // With the report's own rule, everyone is exactly as in the report.
    const asReported = () => {
      const of = (write) => Uint8Array.from(states.codes, (code) => write(states.values[code]));
      return {
        status: of(([status]) => STATUS_ORDER.indexOf(status)),
        idle: of(([, idle]) => idle),
        askFirst: of(([, , , , marks]) => marks.includes("ask-first")),
      };
    };
    const reported = asReported();
    let latest = [rules.inactiveDays, reported];
    const judgedBy = (whatIf) => {
      const days = whatIf ?? rules.inactiveDays;
      if (days === rules.inactiveDays) return reported;
      if (latest[0] !== days) latest = [days, judge(days)];
      return latest[1];
    };
    const statusAt = (row, by) => STATUS_ORDER[by.status[row]];
    const within = (column, condition) => {
      const passes = column.values.map(condition);
      return (row) => passes[column.codes[row]];
    };
    const flagged = (flag, by) => {
      const place = by === reported ? -1 : FLAGS_BY_DAYS.indexOf(flag);
      return place < 0
        ? within(states, ([, , flags]) => flags.split(" ").includes(flag))
        : (row) => by.flags[row] & (1 << place);
    };
    const flagsAt = (row, by) => {
      const stated = valueAt(states, row)[2].split(" ").filter(Boolean);
      if (by === reported) return stated;
      return Object.keys(words.flags).filter((flag) => {
        const place = FLAGS_BY_DAYS.indexOf(flag);
        return place < 0 ? stated.includes(flag) : by.flags[row] & (1 << place);
      });
    };

    // Columns ------------------------------------------------------------------------------------

    // `rank` is computed when the list is first sorted by the column; `fields` are its CSV cells.
    const kinds = {
      time: ({ column }) => ({
        rank: () => column.codes.map((code) => -(column.values[code] ?? Infinity)),
        write: iso,
      }),
      number: ({ column }) => ({ rank: byNumber(column), write: (value) => value ?? "" }),
      hundredths: ({ column }) => ({
        rank: byNumber(column),
        write: (value) => (value === null ? "" : (value / 100).toFixed(2)),
      }),
      text: ({ column }) => ({ rank: byText(column, text), write: (value) => value }),
    };
    const columns = [
      {
        name: "login",
        rank: () => ranked(logins, collator.compare),
        fields: { login: (row) => logins[row] },
      },
      {
        name: "status",
        rank: (by) => logins.map((_, row) => 2 * by.status[row] - by.idle[row]),
        fields: {
          status: statusAt,
          idle: (row, by) => Boolean(by.idle[row]),
          flags: (row, by) => flagsAt(row, by).join(" "),
        },
      },
      {
        name: "last-activity",
        rank: byTime(data.active),
        fields: {
          last_activity_at: (row) => iso(data.active[row]),
          days_since_activity: (row) => data.days[row] ?? "",
        },
      },
      {
        name: "editor",
        rank: byText(editors, editorText),
        fields: {
          editor: (row) => valueAt(editors, row)[0],
          editor_version: (row) => valueAt(editors, row)[1],
        },
      },
      {
        name: "last-sign-in",
        rank: byTime(data.signedIn),
        fields: { last_authenticated_at: (row) => iso(data.signedIn[row]) },
      },
      {
        name: "created",
        rank: byTime(data.granted),
        fields: { created_at: (row) => iso(data.granted[row]) },
      },
      {
        name: "team",
        rank: byText(grants, (value) => teamsOf(value).join("\n")),
        fields: { teams: (row) => teamsOf(valueAt(grants, row)).join("; ") },
      },
      {
        name: "organization",
        rank: byText(grants, (value) => organizationsOf(value).join("\n")),
        fields: { organizations: (row) => organizationsOf(valueAt(grants, row)).join("; ") },
      },
      {
        name: "plan",
        rank: byText(plans, ([plan]) => plan),
        fields: { plan: (row) => valueAt(plans, row)[0] },
      },
      {
        name: "list-price",
        rank: () => plans.codes.map((code) => plans.values[code][2]),
        fields: {
          pending_cancellation_date: (row) => valueAt(states, row)[3],
          monthly_price: (row) => (valueAt(plans, row)[2] / 100).toFixed(2),
        },
      },
      ...more.map(({ name, kind, column }) => {
        const { rank, write } = kinds[kind]({ column });
        return { name, rank, fields: { [name]: (row) => write(valueAt(column, row)) } };
      }),
    ].filter(({ name }) => report.several || name !== "organization");

    // Filters ------------------------------------------------------------------------------------

    const every = (place) =>
      unique(grants.values.flatMap((value) => value.map((pair) => pair[place]))).sort(
        collator.compare,
      );
    const versions = new Map();
    editors.values.forEach(([editor, version]) => {
      if (!versions.has(editor)) versions.set(editor, []);
      if (version) versions.get(editor).push(version);
    });
    const named = (texts, none) => texts.map((each) => [each, each || none]);
    // A further column's value in its filter: a time becomes its day.
    const choiceOf = (kind) => (value) => (kind === "time" ? iso(value).slice(0, 10) : text(value));
    // The choices of each filter, as pairs of value and text; versions follow their editor.
    const choices = {
      __proto__: null,
      status: STATUSES.map((status) => [status, words.statuses[status] ?? words.also[status]]),
      flag: Object.entries(words.flags),
      age: named(report.ages),
      ...(report.several && { organization: named(every(0), words.noOrganization) }),
      team: named(every(1), words.noTeam),
      editor: [...versions.keys()].sort(collator.compare).flatMap((editor) => [
        [editor, editor || words.noEditor],
        ...versions
          .get(editor)
          .sort(collator.compare)
          .reverse()
          .map((version) => [`${editor}/${version}`, `\u2003${editor} ${version}`]),
      ]),
      plan: named(unique(plans.values.map(([plan]) => plan)).sort()),
      ...Object.fromEntries(
        more
          .filter(({ filters }) => filters)
          .map(({ name, kind, column }) => [
            name,
            named(unique(column.values.map(choiceOf(kind))).sort(collator.compare), words.noValue),
          ]),
      ),
      "ask-first": [
        ["yes", words.also["ask-first"]],
        ["no", words.also["no-sign"]],
      ],
      ...Object.fromEntries(Object.keys(MARKS).map((name) => [name, [["yes", words.also[name]]]])),
      change: Object.entries(words.changes),
    };
    // A column with too many values for a list can still be a filter in the address.
    const columnOf = (name) => more.find((each) => each.name === name && each.kind === "text");
    const known = (name, value) =>
      name === "search" ||
      (columnOf(name)?.column.values.includes(value) ??
        (choices[name] ?? []).some(([offered]) => offered === value));
    // The values in an address that the report does not know: they match nobody.
    const unknownIn = ({ filters }) =>
      Object.entries(filters).flatMap(([name, values]) =>
        values.filter((value) => !known(name, value)).map((value) => [name, value]),
      );

    const tests = {
      __proto__: null,
      status: (value, by) => {
        if (value === "idle") return (row) => by.idle[row];
        if (value === "other") return (row) => by.status[row] !== ACTIVE && !by.idle[row];
        const status = STATUS_ORDER.indexOf(value);
        return (row) => by.status[row] === status;
      },
      flag: flagged,
      "ask-first": (value, by) => (row) =>
        value === "yes" ? by.askFirst[row] : by.idle[row] && !by.askFirst[row],
      search: (value, by) => {
        const passes = searched(value, by);
        return (row) => passes.every((test) => test(row));
      },
    };
    const conditions = {
      ...Object.fromEntries(
        Object.entries(MARKS).map(([name, mark]) => [
          name,
          [
            states,
            () =>
              ([, , , , marks]) =>
                marks.includes(mark),
          ],
        ]),
      ),
      age: [ages, (value) => (each) => each === value],
      change: [changes, (value) => (each) => each === value],
      editor: [
        editors,
        (value) =>
          ([name, version]) =>
            value === name || value === `${name}/${version}`,
      ],
      plan: [
        plans,
        (value) =>
          ([name]) =>
            name === value,
      ],
      ...Object.fromEntries(
        more.map(({ name, kind, column }) => {
          const choice = choiceOf(kind);
          return [name, [column, (value) => (each) => choice(each) === value]];
        }),
      ),
    };
    const wordsOf = (search) => folded(search).split(/\s+/).filter(Boolean);
    const pastedIn = (search) => {
      const parts = search.split(/[,;\n]/).map((login) => login.trim().replace(/^@/, ""));
      return parts.length > 1 ? parts.filter(Boolean) : [];
    };
    // Logins separated by commas or lines match each login; otherwise, every word must be in a column.
    const searched = (search, by) => {
      const pasted = pastedIn(search);
      if (pasted.length) {
        const asked = new Set(pasted.map(folded));
        return [(row) => asked.has(foldedLogins[row])];
      }
      return wordsOf(search).map((word) => {
        const statuses = STATUS_ORDER.map((name) => folded(words.statuses[name]).includes(word));
        const isIdle = folded(words.also.idle).includes(word);
        const flags = Object.entries(words.flags)
          .filter(([name, label]) => name.includes(word) || folded(label).includes(word))
          .map(([name]) => flagged(name, by));
        const hits = searchable.map(({ codes, texts }) => ({
          codes,
          found: texts.map((each) => each.includes(word)),
        }));
        return (row) =>
          foldedLogins[row].includes(word) ||
          statuses[by.status[row]] ||
          (isIdle && by.idle[row]) ||
          flags.some((test) => test(row)) ||
          hits.some(({ codes, found }) => found[codes[row]]);
      });
    };
    // The pasted logins that are not in the report.
    const missing = (search) => {
      const known = new Set(foldedLogins);
      return pastedIn(search).filter((login) => !known.has(folded(login)));
    };

    // The rows that match every filter of a view and its search.
    const matching = ({ filters, search, whatIf }) => {
      if (unknownIn({ filters }).length) return [];
      const by = judgedBy(whatIf);
      const passes = searched(search, by);
      const { organization, team, ...others } = filters;
      // An organization and a team must be of the same seat.
      if (organization || team)
        passes.push(
          within(grants, (value) =>
            value.some(
              ([name, each]) =>
                (organization?.includes(name) ?? true) && (team?.includes(each) ?? true),
            ),
          ),
        );
      for (const [name, values] of Object.entries(others)) {
        const any = values.map((value) =>
          tests[name]
            ? tests[name](value, by)
            : within(conditions[name][0], conditions[name][1](value)),
        );
        passes.push((row) => any.some((test) => test(row)));
      }
      const rows = [];
      for (let row = 0; row < logins.length; row += 1)
        if (passes.every((test) => test(row))) rows.push(row);
      return rows;
    };
    const ranks = new Map();
    // Ties keep the report's order, and so does everyone without a requested order.
    const sorted = (rows, sort, whatIf) => {
      const name = sort.replace(/^-/, "");
      const column = columns.find((each) => each.name === name);
      if (!column) return rows;
      const by = judgedBy(whatIf);
      // Only the status depends on the number of days; other ranks are kept.
      if (!ranks.has(name) || name === "status") ranks.set(name, column.rank(by));
      const rank = ranks.get(name);
      const sign = sort.startsWith("-") ? -1 : 1;
      return rows.toSorted((a, b) => sign * (rank[a] - rank[b]) || a - b || 0);
    };

    // The numbers of people and idle people, and the monthly cost of their seats, in hundredths.
    const totals = (rows, whatIf) => {
      const by = judgedBy(whatIf);
      let cost = 0;
      let idle = 0;
      let idleCost = 0;
      for (const row of rows) {
        const price = valueAt(plans, row)[2];
        cost += price;
        if (by.idle[row]) {
          idle += 1;
          idleCost += price;
        }
      }
      return { people: rows.length, cost, idle, idleCost };
    };

    const csv = (rows, whatIf) => {
      const by = judgedBy(whatIf);
      const fields = Object.entries(Object.assign({}, ...columns.map(({ fields }) => fields)));
      const lines = [
        fields.map(([name]) => name),
        ...rows.map((row) => fields.map(([, value]) => value(row, by))),
      ];
      return lines.map((line) => `${line.map(cell).join(",")}\n`).join("");
    };

    return {
      names: columns.map(({ name }) => name),
      choices,
      unknownIn,
      judgedBy,
      statusAt,
      flagsAt,
      missing,
      matching,
      sorted,
      totals,
      csv,
      iso,
    };
  };

  globalThis.people = { peopleOf, viewOf, addressOf, valueAt, teamsOf, organizationsOf };
})();
