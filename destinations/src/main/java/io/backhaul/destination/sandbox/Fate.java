/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.sandbox;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * What happens to one request: is it applied, what is answered, how, and when.
 *
 * @param apply whether the records are applied
 * @param answer what is answered in place of the destination's own words, or {@code null}
 * @param manner how the answer travels
 * @param delay how long before its first byte
 */
public record Fate(boolean apply, WireReply answer, Manner manner, Duration delay) {

  /** Nothing goes wrong. */
  public static final Fate OK = new Fate(true, null, Manner.WHOLE, Duration.ZERO);

  public Fate {
    Objects.requireNonNull(manner, "manner");
    Objects.requireNonNull(delay, "delay");
  }

  /** Reset before anything was applied. */
  public static Fate resetBeforeApply() {
    return new Fate(false, null, Manner.RESET, Duration.ZERO);
  }

  /** Applied, and the answer lost. */
  public static Fate applyThenReset() {
    return new Fate(true, null, Manner.RESET, Duration.ZERO);
  }

  /** Applied, and answered only after {@link LoopbackHttp#release()}. */
  public static Fate applyThenHang() {
    return new Fate(true, null, Manner.HANG, Duration.ZERO);
  }

  /** Applied, and answered in one of the ways of {@link Manner}. */
  public static Fate applied(Manner manner) {
    return new Fate(true, null, manner, Duration.ZERO);
  }

  /** Not applied, and answered so. */
  public static Fate answer(int status, Map<String, String> headers, String body) {
    return new Fate(false, WireReply.of(status, headers, body), Manner.WHOLE, Duration.ZERO);
  }

  /** Applied, and answered so instead of in the destination's own words. */
  public static Fate applyThenAnswer(int status, String body) {
    return new Fate(true, WireReply.of(status, body), Manner.WHOLE, Duration.ZERO);
  }

  /** The same, answered later. */
  public Fate after(Duration wait) {
    return new Fate(apply, answer, manner, wait);
  }

  /** The answer as it travels under this fate, {@code own} being what the destination says. */
  public WireReply reply(WireReply own) {
    return (answer == null ? own : answer).travelling(manner, delay);
  }
}
