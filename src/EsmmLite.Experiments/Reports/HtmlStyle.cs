namespace EsmmLite.Experiments.Reports;

/// <summary>How pages look, in light and in dark.</summary>
internal static class HtmlStyle
{
    public const string Text =
        """
        :root { color-scheme: light dark; --page: #fbfbfa; --card: #ffffff; --ink: #1d2329; --soft: #59636e; --line: #dfe3e7; --accent: #0b62b8; --note: #fff6de; --note-line: #d9a514;
          --plot-ink: #3d4650; --plot-grid: #e3e7eb; --plot-muted: #8a939c;
          --series-1: #0b6bcb; --series-2: #c8401f; --series-3: #16855b; --series-4: #9a6b00; --series-5: #7b46b5; --series-6: #0f8296; --series-7: #b3266f; }
        @media (prefers-color-scheme: dark) { :root { --page: #14181c; --card: #1b2127; --ink: #e7ebef; --soft: #a3adb7; --line: #323a43; --accent: #74b4f5; --note: #322a14; --note-line: #c79a1e;
          --plot-ink: #c3cbd3; --plot-grid: #313942; --plot-muted: #848e98;
          --series-1: #62aef7; --series-2: #ff8a66; --series-3: #4fcf99; --series-4: #e2b549; --series-5: #c39af2; --series-6: #55c9dc; --series-7: #f58fc1; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; }
        main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .4rem; overflow-wrap: anywhere; }
        h2 { font-size: 1.25rem; margin: 2.6rem 0 .4rem; padding-top: .9rem; border-top: 1px solid var(--line); }
        h3 { font-size: .95rem; margin: 0 0 .35rem; }
        p { margin: .35rem 0 .8rem; max-width: 62rem; overflow-wrap: anywhere; }
        header p { color: var(--soft); }
        nav { font-size: .9rem; line-height: 2; }
        nav a { display: inline-block; margin-right: 1.1rem; }
        a { color: var(--accent); }
        .note { background: var(--note); border-left: 4px solid var(--note-line); padding: .6rem .9rem; border-radius: 0 6px 6px 0; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .8rem; margin: 1rem 0; }
        .tiles div, figure { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
        .tiles div { padding: .7rem .9rem; }
        dt { color: var(--soft); font-size: .85rem; }
        dd { margin: 0; font-size: 1.45rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        dd.detail { font-size: .8rem; color: var(--soft); }
        .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 27rem), 1fr)); gap: 1rem; margin: 1rem 0; align-items: start; }
        figure { margin: 0; padding: .9rem 1rem .8rem; min-width: 0; }
        figure svg { display: block; width: 100%; height: auto; }
        figcaption { font-size: .85rem; color: var(--soft); margin-top: .4rem; }
        .legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1.1rem; margin: 0 0 .3rem; padding: 0; font-size: .85rem; color: var(--soft); }
        .legend i { display: inline-block; margin-right: .4rem; vertical-align: middle; }
        .legend .line { width: 1.3rem; border-top: 3px solid var(--c); }
        .legend .dash { width: 1.3rem; border-top: 2px dashed var(--c); }
        .legend .dot { width: .65rem; height: .65rem; border-radius: 50%; background: var(--c); }
        .scroll { overflow-x: auto; margin: .8rem 0 1.2rem; }
        table { border-collapse: collapse; font-size: .9rem; min-width: 22rem; }
        caption { text-align: left; font-weight: 600; padding: 0 0 .3rem; }
        th, td { text-align: left; padding: .32rem .9rem .32rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        td:last-child:not(.n):not(:first-child) { min-width: 13rem; }
        th { color: var(--soft); font-weight: 600; }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        @media print { figure, .tiles div, tr { break-inside: avoid; } nav { display: none; } }

        """;
}
