using System.Text.Json;
using EsmmLite.Diagnostics;
using EsmmLite.Features;
using EsmmLite.Model;
using EsmmLite.Training;
using NJsonSchema;

namespace EsmmLite.Tests.Training;

/// <summary>The published JSON Schema of the config says what the reader does.</summary>
public class ConfigSchemaTests
{
    // Every section, and a field of every kind.
    private const string Whole = """
        {
          "$schema": "esmm.schema.json", "why": ["any", "remark"],
          "fields": [
            {"name": "h", "kind": "hashed", "buckets": 9, "dim": 4, "serve": {"fixed": 1}},
            {"name": "v", "kind": "vocabulary", "dim": 4, "maxEntries": null, "tasks": ["ctr"], "maxAge": "30d"},
            {"name": "n", "kind": "numeric", "clip": [null, 5], "why": "a remark"},
            {"name": "b", "kind": "numeric", "buckets": 4, "dim": 4},
            {"name": "g", "kind": "hashed", "shares": "h"},
            {"name": "k", "kind": "hashed", "shares": "h", "list": {}},
            {"name": "c", "kind": "crossed", "of": ["v", "g"], "buckets": 12, "dim": 3},
            {"name": "l", "kind": "vocabulary", "list": {"separator": ";", "weights": ":", "pooling": "sqrtn", "maxValues": 7, "keep": "last"}}
          ],
          "crosses": [["h", "v"]],
          "sequences": [{"name": "s", "actions": ["k"], "candidate": ["h"]}],
          "labels": [{"name": "click", "in": ["yes"]}, {"name": "conversion", "counts": "binarise", "timeColumn": "at", "window": "7d"}],
          "conversionWithoutClick": "drop", "missing": [""],
          "time": {"column": "t", "zone": "UTC"}, "group": "g",
          "towers": {"ctr": [], "cvr": [4]}, "initialiser": {"embedding": "uniform"}, "loss": {"ctr": 1, "weighting": {"kind": "gradnorm"}, "history": {"field": "h", "window": "7d"}, "rowWeights": {}}, "model": {"kind": "chain", "bottom": {"kind": "mmoe", "hidden": [4]}, "attention": {"kind": "din"}, "path": {"weight": 0.2}, "auxiliary": [{"name": "a", "label": "click", "weight": 1}]},
          "training": {"seed": 7, "steps": null, "earlyStopping": {"metric": "ctr.auc"}, "tableL2": 0.1, "clipNorm": null,
            "schedule": {"kind": "step", "every": 2}, "optimizer": {"towers": "adamw", "tables": "exact_adam"}}
        }
        """;

    private static readonly string Root = FindRoot();
    private static readonly string Text = File.ReadAllText(Path.Combine(Root, "docs", "esmm.schema.json"));
    private static readonly JsonSchema Published = JsonSchema.FromJsonAsync(Text).GetAwaiter().GetResult();

    public static TheoryData<string> Samples => [.. Directory.GetFiles(Path.Combine(Root, "samples"), "*.json").Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(Samples))]
    public void EverySampleIsValidAsItStandsAndResolved(string name)
    {
        string path = Path.Combine(Root, "samples", name);
        EsmmConfig config = EsmmConfig.Load(path);
        Assert.True(IsValid(File.ReadAllText(path)));
        Assert.True(IsValid(config.ToJson()));
        Assert.True(File.Exists(Path.Combine(Root, "samples", JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("$schema").GetString()!)));
    }

    [Fact]
    public void TheKeysAreThoseOfTheReader()
    {
        ConfigNode node = ConfigNode.Parse(Whole, "whole");
        SchemaJson.Read(node);
        TrainingOptions training = TrainingOptions.Read(node);
        ModelOptions.Read(node, training.Seed);
        node.Finish();
        JsonElement schema = JsonDocument.Parse(Text).RootElement, definitions = schema.GetProperty("definitions");
        RequireSameKeys(schema, node);
        string[] kinds = ["hashed", "vocabulary", "numeric", "numeric", "hashed", "hashed", "crossed", "vocabulary"];
        foreach ((ConfigNode field, string kind) in node.Sections("fields").Zip(kinds))
        {
            RequireSameKeys(definitions.GetProperty(kind), field);
        }

        Assert.All(node.Sections("labels"), label => RequireSameKeys(definitions.GetProperty("label"), label));
        RequireSameKeys(definitions.GetProperty("hashed").GetProperty("properties").GetProperty("serve"), node.Sections("fields")[0].Section("serve")!);
        RequireSameKeys(definitions.GetProperty("vocabulary").GetProperty("properties").GetProperty("list"), node.Sections("fields")[^1].Section("list")!);
        RequireSameKeys(schema.GetProperty("properties").GetProperty("sequences").GetProperty("items"), node.Sections("sequences")[0]);
        JsonElement sections = schema.GetProperty("properties");
        foreach (string section in (string[])["time", "model", "towers", "initialiser", "loss", "training"])
        {
            RequireSameKeys(sections.GetProperty(section), node.Section(section)!);
        }

        RequireSameKeys(sections.GetProperty("training").GetProperty("properties").GetProperty("earlyStopping"), node.Section("training")!.Section("earlyStopping")!);
        JsonElement model = sections.GetProperty("model").GetProperty("properties");
        foreach (string section in (string[])["bottom", "path"])
        {
            RequireSameKeys(model.GetProperty(section), node.Section("model")!.Section(section)!);
        }

        RequireSameKeys(model.GetProperty("auxiliary").GetProperty("items"), node.Section("model")!.Sections("auxiliary")[0]);
        foreach (string section in (string[])["weighting", "history", "rowWeights"])
        {
            RequireSameKeys(sections.GetProperty("loss").GetProperty("properties").GetProperty(section), node.Section("loss")!.Section(section)!);
        }

        foreach (string section in (string[])["schedule", "optimizer"])
        {
            RequireSameKeys(sections.GetProperty("training").GetProperty("properties").GetProperty(section), node.Section("training")!.Section(section)!);
        }

        Assert.True(IsValid(Whole));
    }

    [Theory]
    [InlineData("\"dim\": 4, \"serve\"", "\"dims\": 4, \"serve\"")]
    [InlineData("\"buckets\": 9,", "\"buckets\": 0,")]
    [InlineData("\"buckets\": 9,", "")]
    [InlineData("\"buckets\": 9,", "\"buckets\": null,")]
    [InlineData("\"buckets\": 9,", "\"buckets\": \"9\",")]
    [InlineData("\"buckets\": 9,", "\"buckets\": 9.5,")]
    [InlineData("\"kind\": \"hashed\"", "\"kind\": \"hash\"")]
    [InlineData("\"kind\": \"hashed\", ", "")]
    [InlineData("\"kind\": \"hashed\"", "\"kind\": \"vocabulary\"")]
    [InlineData("\"name\": \"h\", ", "")]
    [InlineData("\"name\": \"h\"", "\"name\": \"\"")]
    [InlineData("{\"fixed\": 1}", "{}")]
    [InlineData("{\"fixed\": 1}", "{\"fixed\": true}")]
    [InlineData("{\"fixed\": 1}", "1")]
    [InlineData("\"clip\": [null, 5]", "\"clip\": [1, 2, 3]")]
    [InlineData("\"clip\": [null, 5]", "\"clip\": [\"1\", 2]")]
    [InlineData("\"clip\": [null, 5]", "\"dim\": 5")]
    [InlineData("\"clip\": [null, 5]", "\"log\": 1")]
    [InlineData("\"clip\": [null, 5]", "\"side\": \"user\"")]
    [InlineData("\"buckets\": 4, \"dim\": 4", "\"buckets\": 65537, \"dim\": 4")]
    [InlineData("\"tasks\": [\"ctr\"]", "\"tasks\": []")]
    [InlineData("\"tasks\": [\"ctr\"]", "\"tasks\": [\"ctcvr\"]")]
    [InlineData("\"tasks\": [\"ctr\"]", "\"tasks\": [\"ctr\", \"ctr\"]")]
    [InlineData("\"tasks\": [\"ctr\"]", "\"tasks\": \"ctr\"")]
    [InlineData("\"shares\": \"h\"", "\"shares\": null")]
    [InlineData("\"shares\": \"h\"", "\"shares\": [\"h\"]")]
    [InlineData("\"maxAge\": \"30d\"", "\"maxAge\": \"a month\"")]
    [InlineData("\"maxAge\": \"30d\"", "\"minCount\": 0")]
    [InlineData("\"of\": [\"v\", \"g\"], ", "")]
    [InlineData("\"of\": [\"v\", \"g\"]", "\"of\": [\"v\"]")]
    [InlineData("\"buckets\": 12", "\"hashKey\": -1, \"buckets\": 12")]
    [InlineData("\"buckets\": 12", "\"side\": \"request\", \"buckets\": 12")]
    [InlineData("\"buckets\": 12, ", "")]
    [InlineData("\"actions\": [\"k\"], ", "")]
    [InlineData("\"candidate\": [\"h\"]", "\"candidate\": []")]
    [InlineData("\"candidate\": [\"h\"]", "\"candidates\": [\"h\"]")]
    [InlineData("{\"name\": \"s\", ", "{")]
    [InlineData("\"separator\": \";\"", "\"separator\": \"\"")]
    [InlineData("\"separator\": \";\"", "\"seperator\": \";\"")]
    [InlineData("\"weights\": \":\"", "\"weights\": true")]
    [InlineData("\"sqrtn\"", "\"max\"")]
    [InlineData("\"maxValues\": 7", "\"maxValues\": 4097")]
    [InlineData("\"keep\": \"last\"", "\"keep\": \"best\"")]
    [InlineData("\"clip\": [null, 5]", "\"list\": {}")]
    [InlineData("\"maxEntries\": null", "\"maxEntries\": 0")]
    [InlineData("\"maxEntries\": null", "\"missing\": \"none\"")]
    [InlineData("[\"h\", \"v\"]", "[\"h\"]")]
    [InlineData("[[\"h\", \"v\"]]", "[1]")]
    [InlineData("{\"name\": \"click\", \"in\": [\"yes\"]}, ", "")]
    [InlineData("\"in\": [\"yes\"]", "\"in\": \"yes\"")]
    [InlineData("\"in\": [\"yes\"]", "\"in\": []")]
    [InlineData("\"in\": [\"yes\"]", "\"is\": \"yes\"")]
    [InlineData("\"binarise\"", "true")]
    [InlineData("\"7d\"", "\"7 days\"")]
    [InlineData("\"7d\"", "\"0d\"")]
    [InlineData("\"7d\"", "7")]
    [InlineData("\"timeColumn\": \"at\", ", "")]
    [InlineData("\"drop\"", "\"keep\"")]
    [InlineData("\"missing\": [\"\"]", "\"missing\": \"\"")]
    [InlineData("\"column\": \"t\", ", "")]
    [InlineData("\"zone\": \"UTC\"", "\"zone\": 1")]
    [InlineData("\"zone\": \"UTC\"", "\"format\": \"unix\"")]
    [InlineData("\"group\": \"g\"", "\"group\": \"\"")]
    [InlineData("\"group\": \"g\"", "\"groups\": \"g\"")]
    [InlineData("\"cvr\": [4]", "\"cvr\": [0]")]
    [InlineData("\"cvr\": [4]", "\"cvr\": 4")]
    [InlineData("\"cvr\": [4]", "\"ctcvr\": [4]")]
    [InlineData("\"uniform\"", "\"normal\"")]
    [InlineData("\"ctr\": 1", "\"ctr\": -1")]
    [InlineData("\"seed\": 7", "\"seed\": -7")]
    [InlineData("\"seed\": 7", "\"learningRate\": 0")]
    [InlineData("\"seed\": 7", "\"beta1\": 1")]
    [InlineData("\"seed\": 7", "\"epsilon\": 0")]
    [InlineData("\"seed\": 7", "\"batch\": 1048577")]
    [InlineData("\"seed\": 7", "\"epochs\": 1.5")]
    [InlineData("\"steps\": null", "\"steps\": 0")]
    [InlineData("\"ctr.auc\"", "\"ctr.pcoc\"")]
    [InlineData("\"metric\": \"ctr.auc\"", "\"patience\": 0")]
    [InlineData("\"kind\": \"chain\"", "\"kind\": \"mmoe\"")]
    [InlineData("\"kind\": \"mmoe\"", "\"kind\": \"moe\"")]
    [InlineData("\"hidden\": [4]", "\"hidden\": []")]
    [InlineData("\"hidden\": [4]", "\"experts\": 0")]
    [InlineData("\"weight\": 0.2", "\"lambda\": 0.2")]
    [InlineData("\"label\": \"click\", ", "")]
    [InlineData("{\"ctr\": [],", "{\"dropout\": 1,")]
    [InlineData("{\"ctr\": [],", "{\"activation\": \"swish\",")]
    [InlineData("\"kind\": \"gradnorm\"", "\"kind\": \"dwa\"")]
    [InlineData("\"kind\": \"gradnorm\"", "\"least\": 0")]
    [InlineData("\"ctr\": 1,", "\"combine\": \"add\",")]
    [InlineData("\"ctr\": 1,", "\"cvr\": -1,")]
    [InlineData("\"clipNorm\": null", "\"clipNorm\": 0")]
    [InlineData("\"tableL2\": 0.1", "\"tableL2\": -1")]
    [InlineData("\"kind\": \"step\", \"every\": 2", "\"kind\": \"cosine\"")]
    [InlineData("\"kind\": \"step\"", "\"kind\": \"linear\"")]
    [InlineData("\"every\": 2", "\"every\": 0")]
    [InlineData("\"every\": 2", "\"warmup\": 2")]
    [InlineData("\"adamw\"", "\"exact_adam\"")]
    [InlineData("\"tables\": \"exact_adam\"", "\"tables\": \"adam\"")]
    [InlineData("\"tables\": \"exact_adam\"", "\"weightDecay\": 2")]
    [InlineData("\"training\": {", "\"training\": 1, \"loss2\": {")]
    public void WhatOneRefusesTheOtherRefusesToo(string part, string instead)
    {
        Assert.Contains(part, Whole, StringComparison.Ordinal);
        string bad = Whole[..Whole.IndexOf(part, StringComparison.Ordinal)] + instead + Whole[(Whole.IndexOf(part, StringComparison.Ordinal) + part.Length)..];
        Assert.Equal(EsmmErrorKind.Config, Assert.Throws<EsmmException>(() => EsmmConfig.Parse(bad, "bad")).Kind);
        Assert.False(IsValid(bad), "the JSON Schema lets it through: " + instead);
    }

    private static void RequireSameKeys(JsonElement section, ConfigNode node) =>
        Assert.Equal(section.GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal), node.KnownKeys.Order(StringComparer.Ordinal));

    private static bool IsValid(string json) => Published.Validate(json).Count == 0;

    private static string FindRoot()
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "EsmmLite.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return directory ?? throw new InvalidOperationException("EsmmLite.sln is not above the tests.");
    }
}
