using CsCheck;
using Leasequery.Actors.Forwarding;
using Leasequery.Actors.Tests.Support;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Forwarding;

/// <summary>The bytes between nodes. Two versions may run side by side, so those of a version do not change.</summary>
public class BatchCodecTests
{
    internal const string Questions1 = """
        000000000000002a 0002 00
        0a010203 0a090001 deadbeef 8000 c8 02 0a090001 042b 0043 c0000207 03
        0200000000000800 0000040000000000 0000000000000000 0000000000000080
        0a010203 0a090001 00000000 0000 0a 00 00000000 0000 0000 00000000 00
        """;

    internal const string Answers1 = """
        000000000000002a 0002 00
        0a010203 0a090001 00000000 0000 0a 00 00000000 0000 0000 00000000 00
        00 01 06 05 000e 0006 6553ff10 6553f808 6553fd4e 6553f100
        000a2800fa42 ff000a2800 0104000204430206c40415bda862 0104ffffff00
        0a010203 0a090001 00000000 0000 0a 00 00000000 0000 0000 00000000 00
        02 00 00 00 0000 0000 00000000 00000000 00000000 00000000
        """;

    [Fact]
    public void Questions_of_version_1_are_written_as_they_are_read()
    {
        var questions = Batches.Questions(42, Batches.Question, Batches.BareQuestion);
        Assert.Equal(Bytes(Questions1), questions.Bytes);
        Assert.Equal([Batches.Question, Batches.BareQuestion], Batches.Read(LookUpProtocol.Questions.Read(Bytes(Questions1))));
        Assert.Equal((42, 2), (questions.Ticket, questions.Count));
    }

    [Fact]
    public void Answers_of_version_1_are_written_as_they_are_read()
    {
        Assert.Equal(Bytes(Answers1), Batches.Answers(42, (Batches.BareQuestion, Bound), (Batches.BareQuestion, null)).Bytes);
        Assert.Equal(
            [(Batches.BareQuestion, Node.Answer(Bound)), (Batches.BareQuestion, Node.Answer(null))],
            Batches.Read(LookUpProtocol.Answers.Read(Bytes(Answers1))));
    }

    [Fact]
    public void Any_answer_comes_back_as_it_was() => Support.Any.Binding.Sample(binding =>
        Assert.Equal((Batches.Question, Node.Answer(binding)),
            Assert.Single(Batches.Read(Batches.Answers(1, (Batches.Question, binding))))));

    [Theory] // offset in the batch, value
    [InlineData("a dialect that no rule knows", 11 + 15, 4)]
    [InlineData("bits that mean nothing yet", 11 + 28, 4)]
    [InlineData("a mark that means nothing yet", 10, 2)]
    [InlineData("fewer than there are", 9, 1)]
    [InlineData("more than there are", 9, 3)]
    public void Damaged_questions_are_refused(string damage, int offset, byte value)
    {
        var bytes = Bytes(Questions1);
        bytes[offset] = value;
        Assert.True(Record.Exception(() => LookUpProtocol.Questions.Read(bytes)) is InvalidDataException, damage);
    }

    [Theory] // offset in the first answer, value
    [InlineData("an outcome that no rule knows", 0, 4)]
    [InlineData("a hardware address of 17 bytes", 2, 17)]
    [InlineData("lengths that are not there", 4, 0xff)]
    public void Damaged_answers_are_refused(string damage, int offset, byte value)
    {
        var bytes = Bytes(Answers1);
        bytes[11 + 29 + offset] = value;
        Assert.True(Record.Exception(() => LookUpProtocol.Answers.Read(bytes)) is InvalidDataException, damage);
    }

    [Fact]
    public void A_batch_is_equal_to_one_of_its_kind_with_its_bytes()
    {
        var bytes = Bytes(Questions1);
        Assert.Equal(new LookUpProtocol.Questions(bytes), new LookUpProtocol.Questions([.. bytes]));
        Assert.NotEqual<object>(new LookUpProtocol.Questions(bytes), new LookUpProtocol.Answers(bytes));
        Assert.NotEqual(new LookUpProtocol.Questions(bytes), Batches.Questions(42, Batches.Question));
    }

    [Fact]
    public void The_dialects_and_outcomes_have_the_numbers_of_version_1()
    {
        Assert.Equal([0, 1, 2, 3], Enum.GetValues<LeasequeryDialect>().Select(dialect => (int)dialect));
        Assert.Equal((0, 1, 2, 3), ((int)LeasequeryOutcome.Leased, (int)LeasequeryOutcome.Configured,
            (int)LeasequeryOutcome.Unleased, (int)LeasequeryOutcome.Unmanaged));
    }

    private static byte[] Bytes(string hex) => Convert.FromHexString(string.Concat(hex.Where(char.IsAsciiHexDigit)));
}
