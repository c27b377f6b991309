using OxyPlot;

namespace EsmmLite.Experiments.Plots;

/// <summary>Measures texts for a font that only the reader's browser knows: as wide as in the wider of the usual ones.</summary>
internal sealed class TextRuler() : PdfRenderContext(1, 1, OxyColors.Undefined)
{
    private const double WidthOfCharacter = 0.63;
    private const double WidthOfCapital = 0.75;
    private const double HeightOfLine = 1.2;

    public override OxySize MeasureText(string text, string? fontFamily = null, double fontSize = 10, double fontWeight = 500)
        => string.IsNullOrEmpty(text) ? OxySize.Empty : new OxySize(text.Sum(c => char.IsUpper(c) ? WidthOfCapital : WidthOfCharacter) * fontSize, HeightOfLine * fontSize);
}
