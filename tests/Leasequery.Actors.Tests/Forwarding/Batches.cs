using Leasequery.Actors.Addresses;
using Leasequery.Actors.Delivery;
using Leasequery.Actors.Forwarding;
using Leasequery.Domain.Bindings;
using Leasequery.Wire;
using Leasequery.Wire.Leasequeries;
using static Leasequery.Actors.Tests.Support.Some;

namespace Leasequery.Actors.Tests.Forwarding;

/// <summary>Batches of all that travels between nodes in such, made of values.</summary>
internal static class Batches
{
    public static readonly Question Question = new(
        new LeasequeryRequest(Subscriber, Relay, 0xdeadbeef, 0x8000, (DhcpMessageType)200, true,
            OptionSet.Read([1, 51, 82, 255]), true),
        LeasequeryDialect.Draft4, Endpoint("10.9.0.1:1067"), Endpoint("192.0.2.7"));

    public static readonly Question BareQuestion = new(
        new LeasequeryRequest(Subscriber, Relay, 0, 0, DhcpMessageType.LeaseQuery, false, default, false),
        default, default, default);

    /// <summary>A question about an address, otherwise like <see cref="Question"/>.</summary>
    public static Question About(string address) =>
        Question with { Request = Question.Request with { Address = Ipv4Address.Parse(address) } };

    public static LookUpProtocol.Questions Questions(long ticket, params Question[] questions)
    {
        var batch = new BatchWriter();
        foreach (var question in questions)
            batch.Add(question.Write(batch.Next));
        return new LookUpProtocol.Questions(batch.Take(ticket));
    }

    /// <summary>Answers from bindings as they are now.</summary>
    public static LookUpProtocol.Answers Answers(long ticket, params (Question Question, Binding? Binding)[] answers)
    {
        var batch = new BatchWriter();
        foreach (var (question, binding) in answers)
        {
            var length = question.Write(batch.Next);
            batch.Add(length + Answer.Write(batch.Next[length..], Answering.Answer(binding, Now)));
        }

        return new LookUpProtocol.Answers(batch.Take(ticket));
    }

    public static DeliveryProtocol.Observations Observations(long ticket, params Observation[] observations)
    {
        var batch = new BatchWriter();
        foreach (var observation in observations)
            batch.Add(ObservationCodec.Write(batch.Next, observation));
        return new DeliveryProtocol.Observations(batch.Take(ticket));
    }

    public static DeliveryProtocol.Results Results(long ticket, params (Ipv4Address Address, GleanResult Result)[] results)
    {
        var batch = new BatchWriter();
        foreach (var (address, result) in results)
            batch.Add(DeliveryProtocol.Results.Write(batch.Next, address, result));
        return new DeliveryProtocol.Results(batch.Take(ticket));
    }

    public static IReadOnlyList<Observation> Read(DeliveryProtocol.Observations batch)
    {
        var observations = new List<Observation>();
        var rest = batch.Entries;
        while (!rest.IsEmpty)
            observations.Add(ObservationCodec.Take(ref rest));
        Assert.Equal(batch.Count, observations.Count);
        return observations;
    }

    public static IReadOnlyList<(Ipv4Address Address, GleanResult Result)> Read(DeliveryProtocol.Results batch)
    {
        var results = new List<(Ipv4Address, GleanResult)>();
        var rest = batch.Entries;
        while (!rest.IsEmpty)
            results.Add(DeliveryProtocol.Results.Take(ref rest));
        Assert.Equal(batch.Count, results.Count);
        return results;
    }

    public static IReadOnlyList<Question> Read(LookUpProtocol.Questions batch)
    {
        var questions = new List<Question>();
        var rest = batch.Entries;
        while (!rest.IsEmpty)
            questions.Add(Take(ref rest));
        Assert.Equal(batch.Count, questions.Count);
        return questions;
    }

    /// <summary>Each question with the line that its answer makes.</summary>
    public static IReadOnlyList<(Question Question, string Answer)> Read(LookUpProtocol.Answers batch)
    {
        var answers = new List<(Question, string)>();
        var rest = batch.Entries;
        while (!rest.IsEmpty)
            answers.Add((Take(ref rest), Support.Node.Describe(Answer.Take(ref rest))));
        Assert.Equal(batch.Count, answers.Count);
        return answers;
    }

    private static Question Take(ref ReadOnlySpan<byte> rest) =>
        Actors.Forwarding.Question.Read(Actors.Forwarding.Question.Take(ref rest));
}
