using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace EsmmLite.Experiments.Tests.Reports;

/// <summary>A real browser without a window. It has no profile and no network.</summary>
internal static class HeadlessBrowser
{
    private const int TimeoutMilliseconds = 60_000;

    // What a person would see at a glance, measured: does anything stick out, overlap, or stay empty?
    private const string Probe =
        """
        <script>
        const box = e => e.getBoundingClientRect();
        const faults = [], width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth > width) faults.push('the page is ' + document.documentElement.scrollWidth + ' wide in a window of ' + width);
        for (const e of document.querySelectorAll('h1,h2,h3,p,figure,.tiles div,li')) {
          const b = box(e);
          if (b.right > width + 1 || b.left < -1) faults.push('sticks out: ' + e.textContent.slice(0, 60));
          if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0) faults.push('overflows: ' + e.textContent.slice(0, 60));
        }
        for (const svg of document.querySelectorAll('svg')) {
          const outer = box(svg), name = svg.getAttribute('aria-label');
          const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, box(t)]);
          for (const [text, b] of texts)
            if (b.left < outer.left - 1 || b.right > outer.right + 1 || b.top < outer.top - 1 || b.bottom > outer.bottom + 1) faults.push(name + ': cut off: ' + text);
          for (let i = 0; i < texts.length; i++) for (let j = 0; j < i; j++) {
            const a = texts[i][1], b = texts[j][1];
            if (a.left + 1 < b.right && b.left + 1 < a.right && a.top + 3 < b.bottom && b.top + 3 < a.bottom) faults.push(name + ': ' + texts[i][0] + ' over ' + texts[j][0]);
          }
          // Data are what has a series' colour.
          const marks = [...svg.querySelectorAll('[style*="--series"],[fill*="--series"],[stroke*="--series"]')].map(box).filter(b => b.width + b.height > 2);
          if (marks.length == 0) faults.push(name + ': empty');
          if (texts.length < 4) faults.push(name + ': no labels');
        }
        const style = getComputedStyle(document.body), ink = style.color, page = style.backgroundColor;
        document.body.innerHTML = '';
        document.body.append('measured' + JSON.stringify({ faults, ink, page }) + 'end');
        </script>
        """;

    /// <summary>The browser's program; null where there is none.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(System.IO.Path.PathSeparator)
        .SelectMany(folder => new[] { "chromium", "chromium-browser", "google-chrome" }.Select(name => System.IO.Path.Combine(folder, name))).FirstOrDefault(File.Exists);

    /// <summary>What is wrong with a page at a width, and its colours of text and ground.</summary>
    public static (IReadOnlyList<string> Faults, string Ink, string Page) Measure(string html, int width, bool dark)
    {
        string policy = html[html.IndexOf("<meta http-equiv=\"Content-Security-Policy\"", StringComparison.Ordinal)..];
        policy = policy[..(policy.IndexOf('>', StringComparison.Ordinal) + 1)];
        string probed = html.Replace(policy, "", StringComparison.Ordinal).Replace("</body>", Probe + "</body>", StringComparison.Ordinal);
        string dom = Run(probed, width, 1000, dark, "--dump-dom");
        int start = dom.IndexOf("measured{", StringComparison.Ordinal), end = dom.IndexOf("}end", StringComparison.Ordinal);
        Assert.True(start >= 0 && end > start, dom.Length > 2000 ? dom[^2000..] : dom);
        using JsonDocument found = JsonDocument.Parse(System.Net.WebUtility.HtmlDecode(dom[(start + 8)..(end + 1)]));
        return ([.. found.RootElement.GetProperty("faults").EnumerateArray().Select(fault => fault.GetString()!)], found.RootElement.GetProperty("ink").GetString()!, found.RootElement.GetProperty("page").GetString()!);
    }

    /// <summary>Takes a picture of a page.</summary>
    public static void Photograph(string html, int width, int height, bool dark, string png) => Run(html, width, height, dark, "--screenshot=" + png);

    private static string Run(string html, int width, int height, bool dark, string what)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("esmm-browser-");
        try
        {
            string page = System.IO.Path.Combine(folder.FullName, "page.html");
            File.WriteAllText(page, html);
            var start = new ProcessStartInfo(Path!) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (string arg in (string[])["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars",
                "--disable-dev-shm-usage", "--proxy-server=127.0.0.1:9", "--user-data-dir=" + System.IO.Path.Combine(folder.FullName, "profile"), "--virtual-time-budget=2000",
                string.Create(CultureInfo.InvariantCulture, $"--window-size={width},{height}"), .. dark ? (string[])["--blink-settings=preferredColorScheme=0"] : ["--blink-settings=preferredColorScheme=1"], what, "file://" + page])
            {
                start.ArgumentList.Add(arg);
            }

            using Process browser = Process.Start(start)!;
            Task<string> errors = browser.StandardError.ReadToEndAsync();
            Task<string> output = browser.StandardOutput.ReadToEndAsync();
            if (!browser.WaitForExit(TimeoutMilliseconds))
            {
                browser.Kill(true);
                Assert.Fail("the browser did not end: " + errors.Result);
            }

            Assert.True(browser.ExitCode == 0, errors.Result);
            return output.Result;
        }
        finally
        {
            folder.Delete(true);
        }
    }
}
