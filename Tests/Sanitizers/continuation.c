// Tells ThreadSanitizer about continuations that are resumed before their task awaits them. Swift's runtime tells it of each
// resume, and of each task that begins to run again; but a task that finds its continuation resumed goes on at once, and of that
// nothing is said: what the other thread wrote before looks like a race. Preloaded by Tests/Sanitizers/run, it stands before
// swift_continuation_await and puts itself where the task goes on, too.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#define ASYNC __attribute__((swiftasynccall))
#define CONTEXT __attribute__((swift_async_context))

typedef ASYNC void resume_function(CONTEXT void *context);
// The head of each asynchronous context in Swift's ABI.
struct context {
  struct context *parent;
  resume_function *resume;
};
typedef ASYNC void await_function(struct context *context);
typedef __attribute__((swiftcall)) void *task_function(void);

static await_function *real_await;
static task_function *current_task;
// Of the sanitizer's own in the program; none in programs that were built without it.
static void (*acquire)(void *);

__attribute__((constructor)) static void find_functions(void) {
  real_await = (await_function *)dlsym(RTLD_NEXT, "swift_continuation_await");
  current_task = (task_function *)dlsym(RTLD_NEXT, "swift_task_getCurrent");
  acquire = (void (*)(void *))dlsym(RTLD_DEFAULT, "__tsan_acquire");
}

// Where the tasks that await go on. The lock is not one that the sanitizer knows, or it would take all that await for ordered.
struct waiting {
  struct context *context;
  resume_function *resume;
  struct waiting *next;
};
static struct waiting *waiting[1024];
static atomic_flag lock = ATOMIC_FLAG_INIT;

static struct waiting **bucket(struct context *context) {
  while (atomic_flag_test_and_set_explicit(&lock, memory_order_acquire)) {
  }
  return &waiting[(uintptr_t)context / 16 % 1024];
}

static void unlock(void) { atomic_flag_clear_explicit(&lock, memory_order_release); }

static __attribute__((noinline)) resume_function *take(struct context *context) {
  struct waiting **link = bucket(context);
  while ((*link)->context != context) link = &(*link)->next;
  struct waiting *found = *link;
  *link = found->next;
  unlock();
  resume_function *resume = found->resume;
  free(found);
  acquire(current_task());
  return resume;
}

static ASYNC void go_on(CONTEXT void *context) {
  resume_function *resume = take(context);
  __attribute__((musttail)) return resume(context);
}

static __attribute__((noinline)) void put(struct context *context) {
  struct waiting *new = malloc(sizeof *new);
  new->context = context;
  new->resume = context->resume;
  context->resume = go_on;
  struct waiting **link = bucket(context);
  new->next = *link;
  *link = new;
  unlock();
}

ASYNC void swift_continuation_await(struct context *context) {
  if (acquire) put(context);
  __attribute__((musttail)) return real_await(context);
}
