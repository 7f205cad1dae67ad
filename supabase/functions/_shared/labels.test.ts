import { describe, expect, it } from 'vitest';
import { addressQuestionFor, LANGUAGES, labelsFor, languageOf, untoldFor } from './labels.ts';

describe('the labels', () => {
  it('are the documented sentences in English', () => {
    expect(labelsFor('en')).toEqual({
      positive: 'That answered my question 👍',
      request_help: 'Talk to a human',
      confirmation: 'Sent! The team will follow up soon.',
    });
  });

  it('are different in each of the fifteen languages', () => {
    const sentences = LANGUAGES.flatMap((language) => Object.values(labelsFor(language)));
    expect(new Set(sentences).size).toBe(45);
    expect(sentences.filter((sentence) => sentence.trim() !== sentence || sentence === '')).toEqual([]);
  });

  it('promise nothing while nobody is told, in each language', () => {
    const sentences = LANGUAGES.map((language) => untoldFor(language, null));
    expect(new Set(sentences).size).toBe(15);
    expect(untoldFor('sv', null)).toBe(untoldFor('en', null));
    expect(untoldFor('de', 'Call +49 1.')).toBe('Call +49 1.');
  });

  it('ask where to answer, in each language', () => {
    const questions = LANGUAGES.map((language) => addressQuestionFor(language));
    expect(new Set(questions).size).toBe(15);
    expect(questions.filter((question) => !/[?？؟]$/.test(question))).toEqual([]);
    expect(addressQuestionFor('sv')).toBe('Where can we answer you if you leave?');
  });

  it('are the owner’s own where there are any', () => {
    const labels = labelsFor('de', { positive_label: 'Passt', request_help_label: null });
    expect(labels.positive).toBe('Passt');
    expect(labels.request_help).toBe(labelsFor('de').request_help);
  });

  it.each([
    ['pt-BR', 'pt'],
    ['zh_Hant_TW', 'zh'],
    ['iw', 'he'],
    ['DE', 'de'],
    ['sv', null],
    ['constructor', null],
    ['', null],
    [null, null],
  ])('of the tag %j are those of %j', (tag, expected) => {
    expect(languageOf(tag)).toBe(expected);
  });
});
