/*
 * Copyright 2026 The Backhaul Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.backhaul.destination.http;

import io.backhaul.destination.CallMeter;
import io.backhaul.destination.DeliveryContext;
import io.backhaul.destination.DestinationException;
import io.backhaul.destination.Wire;
import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Sends one HTTP request and says what became of it. Thread-safe; one per destination and process.
 *
 * <ul>
 *   <li>Every address is judged by the {@link AddressGuard} before it is used, see {@link Routes}.
 *   <li>A server's certificate is always verified, and its name with it.
 *   <li>A total deadline ends the call, however slowly names are looked up or bytes drip.
 *   <li>Redirects are not followed and nothing is sent twice, but for the one repetition after an
 *       answer that the credentials have expired (401, or what the vendor says instead), with such
 *       as {@link Auth#renewed renew} themselves: the request was not applied.
 *   <li>An answer of any status is returned only when it is complete; how to read it is the {@link
 *       ErrorTable}'s and the vendor's.
 *   <li>A failure is {@link DestinationException.Kind#UNAVAILABLE} while no byte of the body has
 *       been handed to the connection, and {@link DestinationException.Kind#IN_DOUBT} after that.
 * </ul>
 *
 * <p>What an answer may cost: its body is bounded and never unpacked (no compression is asked for,
 * and one that comes unasked stays as it is); its header section is bounded by the JDK (384 KiB,
 * {@code jdk.http.maxHeaderSize}, from 17.0.13 on).
 *
 * <p>HTTP/1.1 only: with one request a connection, what a reset hit is never in question.
 */
public final class Transport implements AutoCloseable {

  /** Largest body of an answer that succeeded, unless a destination says otherwise. */
  public static final int MAX_ANSWER_BYTES = 16 << 20;

  private static final Duration MAX_CONNECT = Duration.ofSeconds(10);

  private static final String UNVERIFIED = "jdk.internal.httpclient.disableHostnameVerification";

  private final Routes routes;
  private final HttpClient client;
  private final ExecutorService callbacks;
  private final ScheduledThreadPoolExecutor alarms;
  private final Auth auth;
  private final Duration deadline;
  private final int maxAnswerBytes;
  private final String userAgent;
  private final Set<String> secrets;
  private final Predicate<HttpAnswer> expired;
  private final Optional<Wire> wire;
  private final CallMeter meter;

  /** A transport that holds no secrets but those of {@code auth}. */
  public Transport(
      AddressGuard guard, Auth auth, Duration deadline, int maxAnswerBytes, String userAgent) {
    this(guard, auth, deadline, maxAnswerBytes, userAgent, Set.of());
  }

  /**
   * @param deadline total time of one request
   * @param maxAnswerBytes largest body of a successful answer; of others as much is kept
   * @param secrets beside those of {@code auth}, such as tokens in other headers
   * @throws DestinationException (refused) in a JVM that does not verify the names of servers
   */
  public Transport(
      AddressGuard guard,
      Auth auth,
      Duration deadline,
      int maxAnswerBytes,
      String userAgent,
      Set<String> secrets) {
    this(
        guard,
        auth,
        deadline,
        maxAnswerBytes,
        userAgent,
        secrets,
        answer -> answer.status() == 401,
        Optional.empty(),
        new CallMeter());
  }

  private Transport(
      AddressGuard guard,
      Auth auth,
      Duration deadline,
      int maxAnswerBytes,
      String userAgent,
      Set<String> secrets,
      Predicate<HttpAnswer> expired,
      Optional<Wire> wire,
      CallMeter meter) {
    this.expired = expired;
    this.wire = wire;
    this.meter = meter;
    refuseUnverified();
    HeaderText.check("User-Agent", userAgent);
    ProxySelector proxies = ProxySelector.getDefault();
    this.routes = new Routes(guard, proxies);
    this.auth = auth;
    this.deadline = deadline;
    this.maxAnswerBytes = maxAnswerBytes;
    this.userAgent = userAgent;
    this.secrets = Set.copyOf(secrets);
    this.callbacks = Executors.newCachedThreadPool(new Daemons());
    this.alarms = new ScheduledThreadPoolExecutor(1, new Daemons());
    this.alarms.setRemoveOnCancelPolicy(true);
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(proxies == null ? HttpClient.Builder.NO_PROXY : proxies)
            .connectTimeout(deadline.compareTo(MAX_CONNECT) < 0 ? deadline : MAX_CONNECT)
            .executor(callbacks)
            .build();
  }

  private static void refuseUnverified() {
    String value = System.getProperty(UNVERIFIED);
    if (value != null && (value.isEmpty() || Boolean.parseBoolean(value))) {
      throw DestinationException.refused(
          "TLS_UNVERIFIED",
          0,
          "this JVM takes any server for any name, because -D"
              + UNVERIFIED
              + " is set: start it without");
    }
  }

  /** The transport that a destination's settings ask for; {@code secrets} are all of its file. */
  public static Transport open(
      HttpSettings settings, DeliveryContext context, Set<String> secrets) {
    return open(settings, context, secrets, answer -> answer.status() == 401);
  }

  /**
   * The same for a vendor that has its own way to say that credentials have expired.
   *
   * @param expired whether an answer says that the request was not applied for that reason
   */
  public static Transport open(
      HttpSettings settings,
      DeliveryContext context,
      Set<String> secrets,
      Predicate<HttpAnswer> expired) {
    Auth auth = settings.auth();
    if (auth instanceof Auth.OAuth grant) {
      auth =
          context.wire().isPresent()
              ? new Auth.Bearer(OAuthToken.NOT_FETCHED)
              : OAuthToken.renewable(grant, settings, context, secrets);
    }
    return new Transport(
        new AddressGuard(settings.allowInsecure(), settings.allowPrivateNetworks()),
        auth,
        settings.timeout(),
        MAX_ANSWER_BYTES,
        context.userAgent(),
        secrets,
        expired,
        context.wire(),
        context.meter());
  }

  /**
   * Sends one request and waits for the whole answer. An interrupt ends the wait, closes the
   * connection, leaves the thread's interrupt flag set and is thrown like any other failure.
   *
   * @return an answer of any status
   * @throws DestinationException if there was no complete answer
   */
  public HttpAnswer send(HttpCall call) {
    Optional<Auth.Header> credentials = auth.header();
    HttpAnswer answer = exchange(addressed(call), credentials);
    if (credentials.isPresent() && expired.test(answer)) {
      Optional<Auth.Header> renewed = auth.renewed(credentials.get());
      if (renewed.isPresent()) {
        return renewed(exchange(call, renewed));
      }
    }
    return answer;
  }

  private HttpCall addressed(HttpCall call) {
    URI address = auth.addressed(call.uri());
    return address.equals(call.uri())
        ? call
        : new HttpCall(call.method(), address, call.headers(), call.body(), call.idempotencyKey());
  }

  private HttpAnswer renewed(HttpAnswer answer) {
    if (answer.status() != 401 && expired.test(answer)) {
      throw DestinationException.refused(
          "CREDENTIALS_REFUSED",
          answer.status(),
          "the destination does not take a fresh token either: check the auth section");
    }
    return answer;
  }

  /** Takes this destination's secrets and {@code more} values out of a message. */
  public Redactor redactor(Set<String> more) {
    return Redactor.of(more).withSecrets(auth.secrets()).withSecrets(secrets);
  }

  private HttpAnswer exchange(HttpCall call, Optional<Auth.Header> credentials) {
    meter.made();
    return wire.isPresent() ? carried(wire.get(), call, credentials) : sent(call, credentials);
  }

  private HttpAnswer carried(Wire by, HttpCall call, Optional<Auth.Header> credentials) {
    Map<String, String> headers = new HashMap<>(call.headers());
    if (call.idempotencyKey() != null) {
      headers.put("Idempotency-Key", call.idempotencyKey());
    }
    credentials.ifPresent(header -> headers.put(header.name(), header.value()));
    Wire.Reply reply =
        by.exchange(new Wire.Request(call.method(), call.uri(), headers, call.body()));
    return new HttpAnswer(
        reply.status(),
        HttpHeaders.of(reply.headers(), (name, value) -> true),
        reply.body(),
        Duration.ZERO);
  }

  private HttpAnswer sent(HttpCall call, Optional<Auth.Header> credentials) {
    OnceBody body = new OnceBody(call.body());
    BoundedAnswer.Handler handler = new BoundedAnswer.Handler(maxAnswerBytes);
    CallFailure failure = new CallFailure(call.uri(), body);
    long started = System.nanoTime();
    // Name services answer in their own time, so the lookup is waited for like the answer.
    HttpRequest.Builder route =
        routes.atOnce(call.uri()) ? routes.to(call.uri()) : await(failure, started, routed(call));
    HttpRequest request = filled(route.setHeader("User-Agent", userAgent), call, credentials, body);
    HttpResponse<byte[]> response = answered(failure, handler, started, request);
    Duration latency = Duration.ofNanos(System.nanoTime() - started);
    return new HttpAnswer(response.statusCode(), response.headers(), response.body(), latency);
  }

  /**
   * Makes the request on this thread, which waits for it anyway: the client hands an asynchronous
   * one from thread to thread several times, at about the price of the request itself.
   */
  private HttpResponse<byte[]> answered(
      CallFailure failure, BoundedAnswer.Handler handler, long started, HttpRequest request) {
    Alarm alarm = new Alarm(Thread.currentThread());
    Future<?> set = set(alarm, started);
    try {
      return client.send(request, handler);
    } catch (InterruptedException | IOException | RuntimeException e) {
      handler.abandon();
      if (alarm.off()) {
        throw timeout(failure);
      }
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
        throw interrupted(failure);
      }
      throw failure.of(e);
    } finally {
      set.cancel(false);
      alarm.off();
    }
  }

  private Future<?> set(Alarm alarm, long started) {
    long left = started + deadline.toNanos() - System.nanoTime();
    try {
      return alarms.schedule(alarm, left, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      throw closed();
    }
  }

  private CompletableFuture<HttpRequest.Builder> routed(HttpCall call) {
    try {
      return CompletableFuture.supplyAsync(() -> routes.to(call.uri()), callbacks);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.failedFuture(closed());
    }
  }

  private static DestinationException closed() {
    return DestinationException.unavailable(
        "CLOSED", 0, Duration.ZERO, "the destination was closed before the request");
  }

  private DestinationException timeout(CallFailure failure) {
    return failure.lost(
        "TIMEOUT", "no complete answer within " + deadline.toMillis() + " ms (timeout)");
  }

  private static DestinationException interrupted(CallFailure failure) {
    return failure.lost("INTERRUPTED", "the task was stopped while it waited for an answer");
  }

  private <T> T await(CallFailure failure, long started, CompletableFuture<T> pending) {
    try {
      long left = started + deadline.toNanos() - System.nanoTime();
      return pending.get(left, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      pending.cancel(true);
      throw timeout(failure);
    } catch (InterruptedException e) {
      pending.cancel(true);
      Thread.currentThread().interrupt();
      throw interrupted(failure);
    } catch (ExecutionException e) {
      throw failure.of(e.getCause());
    }
  }

  private static HttpRequest filled(
      HttpRequest.Builder request,
      HttpCall call,
      Optional<Auth.Header> credentials,
      OnceBody body) {
    request.method(call.method(), call.body() == null ? HttpRequest.BodyPublishers.noBody() : body);
    call.headers().forEach(request::setHeader);
    if (call.idempotencyKey() != null) {
      request.setHeader("Idempotency-Key", call.idempotencyKey());
    }
    credentials.ifPresent(header -> request.setHeader(header.name(), header.value()));
    return request.build();
  }

  /** Ends the transport's threads; requests still in flight fail. */
  @Override
  public void close() {
    callbacks.shutdownNow();
    alarms.shutdownNow();
  }

  /** Names the client's threads, and lets the process end while one of them waits. */
  private static final class Daemons implements ThreadFactory {
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public Thread newThread(Runnable task) {
      Thread thread = new Thread(task, "backhaul-http-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    }
  }
}
