import type { CommandHandlers, CommandOutcome } from './commands.ts';
import { done, refused } from './commands.ts';
import type { Playback } from './playback.ts';

const LIVE = 'A market waits for nobody: pause, resume, step, seek and speed are for a replay.';
const UNPACED = "A run's folder always plays as fast as it can: it can be paused, stepped and sought.";

/** @param playback absent: the feed is live */
export const playbackHandlers = (playback: Playback | undefined): CommandHandlers => {
  const withPlayback =
    <Command>(carryOut: (playback: Playback, command: Command) => CommandOutcome) =>
    (command: Command): CommandOutcome =>
      playback === undefined ? refused(LIVE) : carryOut(playback, command);
  return {
    pause: withPlayback((playback) => {
      playback.pause();
      return done('Paused.', playback.report());
    }),
    resume: withPlayback((playback) => {
      playback.resume();
      return done('Playing.', playback.report());
    }),
    step: withPlayback((playback, by: { events: number } | { ns: number }) => {
      if ('events' in by) playback.stepEvents(by.events);
      else playback.stepNs(by.ns);
      return done('Stepping.', playback.report());
    }),
    seek: withPlayback((playback, { timeNs }: { timeNs: number }) => {
      if (timeNs < playback.nowNs)
        return refused('Recorded time only goes forward, and is behind that: begin again, with --from.');
      playback.seek(timeNs);
      return done('Seeking.', playback.report());
    }),
    speed: withPlayback((playback, { speed }: { speed: number }) => {
      if (!playback.isPaced) return refused(UNPACED);
      playback.setSpeed(speed);
      return done(speed === 0 ? 'As fast as it can.' : `${speed} times recorded speed.`, playback.report());
    }),
  };
};
