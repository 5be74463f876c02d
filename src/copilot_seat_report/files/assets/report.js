// The list of people on the page. DataTables renders it and requests a page of rows; `people.js`
// decides which rows. Only the page's address stores what is shown.
"use strict";
(() => {
  const { peopleOf, viewOf, addressOf, valueAt, teamsOf, organizationsOf } = people;
  const data = JSON.parse(document.getElementById("people-data").textContent);
  const { report, logins, states, editors, grants, plans, more } = data;
  const { words, rules } = report;
  const known = peopleOf(data);
  const { names, choices, unknownIn, missing, judgedBy, statusAt, flagsAt } = known;
  const { matching, sorted, totals, csv, iso } = known;
  const byId = (id) => document.getElementById(id);
  const form = byId("filters");
  const tableElement = byId("people-table");
  document.documentElement.classList.add("scripted");

  // Names from outside only ever become text nodes.
  const element = (name, properties, ...children) => {
    const node = Object.assign(document.createElement(name), properties);
    node.append(...children);
    return node;
  };
  const svg = (name) => document.createElementNS("http://www.w3.org/2000/svg", name);
  const shape = (name) => {
    const picture = svg("svg");
    picture.setAttribute("class", `shape ${name}`);
    picture.setAttribute("aria-hidden", "true");
    picture.append(svg("use"));
    picture.firstChild.setAttribute("href", `#shape-${name}`);
    return picture;
  };
  const whole = new Intl.NumberFormat("en-US");
  const cents = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2 });
  const money = (hundredths) =>
    `${report.currency}\u00a0${hundredths % 100 ? cents.format(hundredths / 100) : whole.format(hundredths / 100)}`;
  const plural = (number, one, many) => `${whole.format(number)} ${number === 1 ? one : many}`;

  // The view ------------------------------------------------------------------------------------

  // The page opens with the idle people, if there are any.
  const opening = matching({ filters: { status: ["idle"] }, search: "", whatIf: null }).length
    ? { status: ["idle"] }
    : {};
  const isView = (hash) => hash.includes("=");
  const viewAt = (hash) => {
    const view = viewOf(isView(hash) ? hash : "");
    if (!isView(hash)) view.filters = { ...opening };
    // `status=` means everyone.
    if (view.filters.status?.includes("")) delete view.filters.status;
    // An order by an unknown column also matches nobody.
    if (view.sort && !names.includes(view.sort.replace(/^-/, ""))) {
      view.filters.sort = [view.sort];
      view.sort = "";
    }
    return view;
  };
  let view = viewAt(location.hash);
  const everyone = [...logins.keys()];
  let rows = [];
  let chosen = new Set();
  const copied = byId("copied");

  // Cells ---------------------------------------------------------------------------------------

  const quiet = (text) => element("span", { className: "none" }, text);
  const list = (texts, none) => {
    const cell = element("span", {});
    texts.forEach((text, place) => {
      cell.append(place ? ", " : "", element("bdi", {}, text));
    });
    if (!texts.length) cell.append(quiet(none));
    return cell;
  };
  const date = (before, none, days = Math.max(0, Math.floor(before / 86400))) => {
    if (before === null) return quiet(none);
    const text = iso(before);
    const time = element("time", { dateTime: text, title: text }, text.slice(0, 10));
    const ago = element("span", { className: "ago" }, `${plural(days, "day", "days")} ago`);
    return element("span", {}, time, " ", ago);
  };
  const flagButton = (flag, cancellation) => {
    const button = element("button", { type: "button" }, words.flags[flag]);
    button.setAttribute("popovertarget", `flag-${flag}`);
    if (flag !== "pending-cancellation") return [button];
    return [button, element("span", { className: "ago" }, `ends ${cancellation}`)];
  };
  const cells = {
    login: (row) => {
      // A long login may break after its underscores.
      const parts = logins[row].split(/(?<=_)/);
      const name = element("bdi", {});
      parts.forEach((part, place) => {
        name.append(place ? element("wbr") : "", part);
      });
      if (!report.profiles) return element("span", {}, name);
      const link = element("a", { href: report.profiles + encodeURIComponent(logins[row]) }, name);
      link.rel = "noreferrer";
      return link;
    },
    status: (row) => {
      const by = judgedBy(view.whatIf);
      const name = statusAt(row, by);
      const cell = element(
        "span",
        { className: "chips" },
        element("span", { className: "word" }, shape(name), words.statuses[name]),
      );
      if (by.idle[row]) {
        const word = by.askFirst[row] ? words.also["ask-first"] : words.also.idle;
        cell.append(" ", element("span", { className: "tag" }, word));
      }
      const cancellation = valueAt(states, row)[3];
      for (const flag of flagsAt(row, by)) cell.append(" ", ...flagButton(flag, cancellation));
      return cell;
    },
    "last-activity": (row) => date(data.active[row], words.noActivity, data.days[row]),
    editor: (row) => {
      const [editor, version] = valueAt(editors, row);
      const cell = list(editor ? [editor] : [], words.noEditor);
      if (version) cell.append(" ", element("bdi", { className: "ago" }, version));
      return cell;
    },
    "last-sign-in": (row) => date(data.signedIn[row], words.noActivity),
    created: (row) => date(data.granted[row], ""),
    team: (row) => list(teamsOf(valueAt(grants, row)), words.noTeam),
    organization: (row) => list(organizationsOf(valueAt(grants, row)), words.noOrganization),
    plan: (row) => {
      const [plan, assumed] = valueAt(plans, row);
      const word = assumed ? element("span", { className: "ago" }, " assumed") : "";
      return element("span", {}, plan, word);
    },
    "list-price": (row) => element("span", {}, money(valueAt(plans, row)[2])),
  };
  for (const { name, kind, column } of more)
    cells[name] = (row) => {
      const value = valueAt(column, row);
      if (value === null || value === "") return quiet("–");
      if (kind === "time") return date(value, "");
      if (kind === "hundredths") return element("span", {}, cents.format(value / 100));
      if (kind === "number") return element("span", {}, whole.format(value));
      return element("bdi", {}, value);
    };

  // Filters -------------------------------------------------------------------------------------

  const selects = [...form.querySelectorAll("select[data-filter]")];
  for (const select of selects)
    for (const [value, text] of choices[select.dataset.filter])
      select.add(new Option(text, JSON.stringify(value)));
  const labelOf = (name) => (Object.hasOwn(words.filters, name) ? words.filters[name] : name);
  const textOf = (name, value) =>
    (choices[name] ?? []).find(([offered]) => offered === value)?.[1]?.trim() ?? value;

  const without = (name, value) => {
    const { [name]: values, ...others } = view.filters;
    const left = values.filter((each) => each !== value);
    return left.length ? { ...others, [name]: left } : others;
  };
  const describe = () => {
    const parts = Object.entries(view.filters).map(
      ([name, values]) =>
        `${labelOf(name)}: ${values.map((value) => textOf(name, value)).join(" or ")}`,
    );
    if (view.search) parts.push(`search: ${view.search}`);
    return parts.length ? parts.join("; ") : words.also.all;
  };

  // The table -----------------------------------------------------------------------------------

  const first = names.indexOf(report.order.replace(/^-/, ""));
  const orderOf = (sort) => {
    const column = names.indexOf(sort.replace(/^-/, ""));
    return column < 0 ? [] : [[column + 1, sort.startsWith("-") ? "desc" : "asc"]];
  };
  DataTable.ext.errMode = "throw";
  const box = (row) => {
    const input = element("input", { type: "checkbox", checked: chosen.has(row) });
    input.setAttribute("aria-label", `Choose ${logins[row]}`);
    input.addEventListener("change", () => {
      chosen[input.checked ? "add" : "delete"](row);
      sayChosen();
    });
    return input;
  };
  const table = new DataTable(tableElement, {
    serverSide: true,
    ajax: ({ start, length }, answer) => {
      const shown = length < 0 ? rows : rows.slice(start, start + length);
      answer({
        recordsTotal: logins.length,
        recordsFiltered: rows.length,
        data: shown.map((row) => ({ row })),
      });
    },
    columns: [
      { data: ({ row }) => box(row), className: "choice", orderable: false },
      ...names.map((name, place) => ({
        data: ({ row }) => cells[name](row),
        className: place < names.length - more.length ? name : "more",
        orderSequence: ["asc", "desc"],
        ...(name === "login" && {
          cellType: "th",
          createdCell: (cell) => cell.setAttribute("scope", "row"),
        }),
      })),
    ],
    order: view.sort ? orderOf(view.sort) : first < 0 ? [] : orderOf(report.order),
    autoWidth: false,
    pageLength: 25,
    lengthMenu: [25, 100, 500],
    deferLoading: 0,
    layout: {
      topStart: null,
      topEnd: null,
      bottomStart: ["info", "pageLength"],
      bottomEnd: "paging",
    },
    language: {
      emptyTable: words.nobody,
      zeroRecords: "Nobody matches these filters.",
      info: "_START_ to _END_ of _TOTAL_ people",
      infoEmpty: "No people",
      infoFiltered: "(of _MAX_)",
      lengthMenu: "_MENU_ people a page",
    },
  });
  table.on("order", () => {
    const [[column, direction] = []] = table.order();
    const sort = column ? `${direction === "desc" ? "-" : ""}${names[column - 1]}` : "";
    if (sort === view.sort || (!view.sort && sort === report.order)) return;
    go({ ...view, sort });
  });

  // The slider covers 7 to 90 days, and the report's own rule, which is marked on it.
  const slider = byId("what-if");
  slider.min = Math.min(7, rules.inactiveDays);
  slider.max = Math.max(90, rules.inactiveDays);
  byId("what-if-rule").append(new Option("", rules.inactiveDays));

  // What is shown -------------------------------------------------------------------------------

  const sayTotals = () => {
    const { people: count, cost, idle, idleCost } = totals(rows, view.whatIf);
    const said = [
      plural(count, "person", "people"),
      `${money(cost)} a month`,
      `${money(12 * cost)} a year with today’s seats`,
    ].join(", ");
    const ofThem =
      idle === count
        ? ""
        : ` Idle: ${plural(idle, "person", "people")}, ${money(idleCost)} a month.`;
    byId("shown").textContent = `${said}.${ofThem}`;
    const days = view.whatIf ?? rules.inactiveDays;
    slider.value = days;
    slider.setAttribute("aria-valuetext", plural(days, "day", "days"));
    const rule = plural(rules.inactiveDays, "day", "days");
    const whatIfSaid = () => {
      const { idle: number, idleCost: price } = totals(everyone, days);
      return (
        `If the limit were ${plural(days, "day", "days")}, ` +
        `${plural(number, "person", "people")} would be idle: ${money(price)} a month. ` +
        `The rule of this report is ${rule}.`
      );
    };
    byId("what-if-said").textContent =
      days === rules.inactiveDays ? `${rule}: the rule of this report.` : whatIfSaid();
    byId("what-if-reset").hidden = days === rules.inactiveDays;
  };
  const sayChosen = () => {
    const { people: count, cost } = totals([...chosen], view.whatIf);
    const noneSaid = rows.length ? "Nobody is chosen: the buttons act on everyone shown." : "";
    byId("chosen").textContent = count
      ? `Chosen: ${plural(count, "person", "people")}, ${money(cost)} a month.`
      : noneSaid;
    byId("choose-none").hidden = !count;
    byId("choose-all").disabled = !rows.length;
    for (const button of document.querySelectorAll("[data-copy], #export"))
      button.disabled = !acted().length;
    document.querySelector("[data-copy='reminder']").disabled = !reminded().length;
    copied.textContent = "";
  };
  const acted = () => (chosen.size ? rows.filter((row) => chosen.has(row)) : rows);

  const sayFilters = () => {
    const list = byId("chosen-filters");
    list.replaceChildren();
    const chip = (label, text, next, isUnknown = false) => {
      const button = element(
        "button",
        { type: "button", className: isUnknown ? "chip unknown" : "chip" },
        `${label}: `,
        element("bdi", {}, text),
        " ×",
      );
      button.setAttribute("aria-label", `Remove the filter ${label}: ${text}`);
      button.addEventListener("click", () => go(next()));
      list.append(element("li", {}, button));
    };
    const unknown = unknownIn(view);
    for (const [name, values] of Object.entries(view.filters))
      for (const value of values)
        chip(
          labelOf(name),
          textOf(name, value),
          () => ({ ...view, filters: without(name, value) }),
          unknown.some(([n, v]) => n === name && v === value),
        );
    const says = unknown.map(([name, value]) => `“${labelOf(name)}: ${value}”`).join(", ");
    const absent = missing(view.search);
    const listed = absent.slice(0, 20).join(", ");
    const more = absent.length > 20 ? ` and ${whole.format(absent.length - 20)} more` : "";
    byId("unknown").textContent = [
      says && `This report does not know ${says}, so nobody is shown.`,
      listed && `Not in this report: ${listed}${more}.`,
    ]
      .filter(Boolean)
      .join(" ");
    form.elements.search.value = view.search;
    for (const button of document.querySelectorAll("[data-view]")) {
      const { filters } = viewAt(button.dataset.view);
      const same = JSON.stringify(filters) === JSON.stringify(view.filters) && !view.search;
      button.setAttribute("aria-pressed", same);
    }
  };

  const draw = () => {
    rows = sorted(matching(view), view.sort, view.whatIf);
    const shown = new Set(rows);
    chosen = new Set([...chosen].filter((row) => shown.has(row)));
    tableElement.dataset.shown = rows.length;
    tableElement.dataset.total = logins.length;
    sayFilters();
    sayTotals();
    sayChosen();
    table.draw();
  };
  // Every view is an address, which can be shared and gone back to. Some viewers have no address,
  // and some browsers limit changes per minute: the view changes anyway.
  const note = (method) => {
    try {
      history[method](null, "", addressOf(view));
    } catch {
      // a copied link still has it
    }
  };
  const go = (next) => {
    view = next;
    note("replaceState");
    draw();
  };
  const follow = (next, moves) => {
    view = next;
    table.order(view.sort ? orderOf(view.sort) : first < 0 ? [] : orderOf(report.order));
    draw();
    if (moves) moveTo("people-heading");
  };
  const moveTo = (id) => {
    byId(id).scrollIntoView();
    byId(id).focus({ preventScroll: true });
  };

  for (const select of selects)
    select.addEventListener("change", () => {
      const name = select.dataset.filter;
      const value = JSON.parse(select.value);
      select.selectedIndex = 0;
      const values = Object.hasOwn(view.filters, name) ? view.filters[name] : [];
      if (values.includes(value)) return;
      go({ ...view, filters: { ...view.filters, [name]: [...values, value] } });
    });
  form.elements.search.addEventListener("input", () => {
    go({ ...view, search: form.elements.search.value });
  });
  // A pasted column of logins keeps its lines, which an input would join.
  form.elements.search.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text").trim();
    if (!text.includes("\n")) return;
    event.preventDefault();
    go({ ...view, search: text.split(/\s*\n\s*/).join(", ") });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  byId("clear").addEventListener("click", () => go({ ...view, filters: {}, search: "" }));
  slider.addEventListener("input", ({ target }) => {
    const days = Number(target.value);
    go({ ...view, whatIf: days === rules.inactiveDays ? null : days });
  });
  byId("what-if-reset").addEventListener("click", () => go({ ...view, whatIf: null }));
  for (const button of document.querySelectorAll("[data-view]"))
    button.addEventListener("click", () => {
      go({ ...viewAt(button.dataset.view), sort: view.sort, whatIf: view.whatIf });
    });
  byId("choose-all").addEventListener("click", () => {
    chosen = new Set(rows);
    draw();
  });
  byId("choose-none").addEventListener("click", () => {
    chosen = new Set();
    draw();
  });

  // Links within the page keep the order and the what-if, unless they have their own.
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!isView(link.hash)) {
      // The address must keep saying who is shown.
      note("pushState");
      moveTo(link.hash.slice(1));
      return;
    }
    const next = viewAt(link.hash);
    view = { ...next, sort: next.sort || view.sort, whatIf: next.whatIf ?? view.whatIf };
    note("pushState");
    follow(view, true);
  });
  addEventListener("hashchange", () => {
    if (isView(location.hash) || location.hash.length < 2)
      follow(viewAt(location.hash), isView(location.hash));
  });
  addEventListener("popstate", () => {
    if (isView(location.hash) || location.hash.length < 2) follow(viewAt(location.hash), false);
  });

  // Acting on the list: copied or saved, never sent ----------------------------------------------

  const save = (name, text) => {
    const link = element("a", {
      href: URL.createObjectURL(new Blob([text], { type: "text/csv" })),
      download: name,
    });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  };
  const fileName = () => {
    const named = Object.entries(view.filters)
      .flatMap(([name, values]) => values.map((value) => textOf(name, value) || labelOf(name)))
      .join("-");
    const parts = ["people", named, view.search, view.whatIf && `what-if-${view.whatIf}-days`];
    const words = parts.filter(Boolean).join("-");
    return `${words
      .replace(/[^\p{L}\p{N}_-]+/gu, "-")
      .slice(0, 80)
      .replace(/-+$/, "")}.csv`;
  };
  byId("export").addEventListener("click", () => save(fileName(), csv(acted(), view.whatIf)));

  // People who use Copilot must not get a reminder.
  const reminded = () => {
    const by = judgedBy(view.whatIf);
    return acted().filter((row) => by.idle[row]);
  };
  const whatIfNote = () =>
    view.whatIf === null
      ? ""
      : `What if the limit were ${plural(view.whatIf, "day", "days")} ` +
        `(the rule of this report: ${plural(rules.inactiveDays, "day", "days")}):\n`;
  // Each text, with the message to show after copying it.
  const texts = {
    logins: () => [
      whatIfNote() +
        acted()
          .map((row) => logins[row])
          .join("\n"),
      `${plural(acted().length, "login", "logins")} copied.`,
    ],
    link: () => [`${location.href.split("#")[0]}${addressOf(view)}`, "Link copied."],
    reminder: () => [
      `${whatIfNote()}${words.reminder}\n\n${reminded()
        .map((row) => `@${logins[row]}`)
        .join(" ")}`,
      `Reminder to ${plural(reminded().length, "idle person", "idle people")} copied.`,
    ],
  };
  const byHand = byId("by-hand");
  const copy = async (what) => {
    const [text, said] = texts[what]();
    try {
      await navigator.clipboard.writeText(text);
      copied.textContent = said;
    } catch {
      // Some viewers do not let a page write to the clipboard.
      byHand.querySelector("textarea").value = text;
      byHand.showModal();
      byHand.querySelector("textarea").select();
    }
  };
  for (const button of document.querySelectorAll("[data-copy]"))
    button.addEventListener("click", () => copy(button.dataset.copy));

  // Printing: all people shown, on as many pages as needed ---------------------------------------

  let length = 25;
  addEventListener("beforeprint", () => {
    length = table.page.len();
    byId("printed").textContent = [
      `${describe()}.`,
      view.whatIf !== null && byId("what-if-said").textContent,
      more.length && "Columns that do not fit here are in the download.",
    ]
      .filter(Boolean)
      .join(" ");
    table.page.len(-1).draw();
  });
  addEventListener("afterprint", () => table.page.len(length).draw());

  // Theme ---------------------------------------------------------------------------------------

  const theme = byId("theme");
  const remembered = () => {
    try {
      return localStorage.getItem("theme") ?? "auto";
    } catch {
      return "auto"; // a viewer may have no storage
    }
  };
  const paint = (name) => {
    document.documentElement.dataset.theme = name;
    theme.value = name;
  };
  theme.addEventListener("change", () => {
    paint(theme.value);
    try {
      localStorage.setItem("theme", theme.value);
    } catch {
      // the theme then lasts until the page is closed
    }
  });
  paint(remembered());

  byId("idle-preview")?.remove();
  draw();
  if (isView(location.hash)) follow(view, true);
})();
